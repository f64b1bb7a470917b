#include "locale/quantity.h"

#include <string.h>

/* ISO 4217: code, digits of its minor unit, and how people here write it.
 * What is no currency alone ("đồng chí", "yên tâm") is looked at below. */
static const struct currency {
	char code[NC_CURRENCY_SIZE];
	unsigned places;
	const char *words;
} currencies[] = {
	{"VND", 0, "đồng|đ|vnđ|vnd|đồng việt nam|₫"},
	{"USD", 2,
		"usd|đô la mỹ|đô - la mỹ|đô la|đô - la|đô mỹ|đô|$|us $|us$|"
		"đôla|đôla mỹ|mỹ kim|đô la hoa kỳ"},
	{"EUR", 2, "eur|euro|ơ - rô|€|đồng euro"},
	{"JPY", 0, "jpy|yên nhật|yên|yen|yên nhật bản|¥"},
	{"KRW", 0, "krw|won|won hàn quốc|uôn|₩"},
	{"CNY", 2, "cny|rmb|ndt|nhân dân tệ|tệ"},
	{"THB", 2, "thb|baht|bạt|bath|baht thái"},
	{"LAK", 2, "lak|kíp|kíp lào|kip|kip lào"},
	{"KHR", 2, "khr|riel|riên|ria"},
	{"GBP", 2, "gbp|bảng anh|bảng|£"},
	{"AUD", 2, "aud|đô la úc|đô úc|đô la australia"},
	{"CAD", 2, "cad|đô la canada"},
	{"NZD", 2, "nzd|đô la new zealand"},
	{"SGD", 2, "sgd|đô la singapore|đô sing"},
	{"HKD", 2, "hkd|đô la hồng kông|đô la hong kong"},
	{"TWD", 2, "twd|đài tệ|đô la đài loan|tân đài tệ"},
	{"RUB", 2, "rub|rúp|rúp nga|ruble|₽"},
	{"INR", 2, "inr|rupee|ru - pi|rupi|rupee ấn độ"},
	{"CHF", 2,
		"chf|franc thụy sĩ|franc thụy sỹ|franc thuỵ sĩ|"
		"franc thuỵ sỹ|phrăng thụy sĩ|phrăng thụy sỹ"},
	{"SEK", 2, "sek|krona|krona thụy điển|curon thụy điển"},
	{"NOK", 2, "nok|krone na uy|curon na uy"},
	{"DKK", 2, "dkk|krone đan mạch|curon đan mạch"},
	{"ISK", 0, "isk"},
	{"MYR", 2, "myr|ringgit"},
	{"IDR", 2, "idr|rupiah"},
	{"PHP", 2, "php|peso philippines"},
	{"MMK", 2, "mmk|kyat"},
	{"BND", 2, "bnd|đô la brunei"},
	{"MNT", 2, "mnt|tugrik"},
	{"PLN", 2, "pln|zloty"},
	{"CZK", 2, "czk|koruna"},
	{"HUF", 2, "huf|forint"},
	{"BGN", 2, "bgn|lev"},
	{"RON", 2, "ron|leu"},
	{"UAH", 2, "uah|hryvnia"},
	{"BYN", 2, "byn"},
	{"KZT", 2, "kzt|tenge"},
	{"TRY", 2, "try|lira thổ nhĩ kỳ"},
	{"ILS", 2, "ils|shekel"},
	{"BRL", 2, "brl|real brazil"},
	{"MXN", 2, "mxn|peso mexico"},
	{"ARS", 2, "ars|peso argentina"},
	{"CLP", 0, "clp|peso chile"},
	{"CUP", 2, "cup|peso cuba"},
	{"VES", 2, "ves"},
	{"ZAR", 2, "zar|rand"},
	{"EGP", 2, "egp"},
	{"MAD", 2, "mad"},
	{"AOA", 2, "aoa"},
	{"AED", 2, "aed|dirham"},
	{"SAR", 2, "sar"},
	{"QAR", 2, "qar"},
	{"KWD", 3, "kwd|dinar kuwait"},
	{"BHD", 3, "bhd"},
	{"OMR", 3, "omr"},
	{"JOD", 3, "jod"},
	{"TND", 3, "tnd"},
	{"IQD", 3, "iqd"},
	{"LKR", 2, "lkr"},
	{"PKR", 2, "pkr"},
	{"BDT", 2, "bdt|taka"},
	{"NPR", 2, "npr"},
};

#define CURRENCIES (sizeof currencies / sizeof *currencies)

/* Words that begin otherwise: 5 đồng chí, 3 đô thị, 2 bảng biểu. */
static bool is_other_word(const struct nc_tokens *tokens, size_t i)
{
	if (nc_token_is(tokens, i, "đồng"))
		return nc_token_is(tokens, i + 1,
			"chí|bào|nghiệp|hương|đội|minh|hồ|phục|đều|thời|"
			"chủ|tác|hành|đẳng|diễn|quan|bộ|ý|tình|thuận|bằng|"
			"lúa|ruộng|nát");
	if (nc_token_is(tokens, i, "đô"))
		return nc_token_is(tokens, i + 1, "thị|vật|đốc");
	if (nc_token_is(tokens, i, "bảng"))
		return !nc_token_is(tokens, i + 1, "anh");
	if (nc_token_is(tokens, i, "yên"))
		return nc_token_is(tokens, i + 1, "tâm|bình|ổn|bái|xe");
	/* Codes that are also words, and the letter of a list. */
	if (nc_token_is(tokens, i, "cup|mad|try|ron|php|ria|tệ"))
		return !nc_token_at(tokens, i)->capitals;
	return nc_token_is(tokens, i, "đ") && nc_token_is(tokens, i + 1, ")") &&
	       nc_token_at(tokens, i)->gap;
}

size_t nc_currency_read(const struct nc_tokens *tokens, size_t i,
	char ret_code[NC_CURRENCY_SIZE])
{
	size_t best = 0;

	if (is_other_word(tokens, i))
		return 0;
	for (size_t c = 0; c < CURRENCIES; c++) {
		size_t n = nc_token_phrase(tokens, i, currencies[c].words);

		if (n > best) {
			best = n;
			memcpy(ret_code, currencies[c].code, NC_CURRENCY_SIZE);
		}
	}
	return best;
}

bool nc_currency_places(const char *code, unsigned *ret_places)
{
	for (size_t c = 0; c < CURRENCIES; c++)
		if (strcmp(currencies[c].code, code) == 0) {
			*ret_places = currencies[c].places;
			return true;
		}
	return false;
}
