/*
 * Countries in running text. Their names are found by their words, the
 * longest first; then each rule below may say that this is none, for a reason
 * seen in the words beside it. Names of one syllable that Vietnamese uses for
 * other things too (Anh, Đức, Lào, Nga, Mỹ, Ý, Áo …) need the most care: they
 * are called short here.
 */
#include "locale/countries.h"

#include "base/memory.h"
#include "locale/letter.h"
#include "locale/word.h"

#include <string.h>

#define NAME_WORDS_MAX 8

/* What goes on from word to word: a list of languages or of persons. */
enum chain { CHAIN_NONE, CHAIN_LANGUAGE, CHAIN_PERSON };

struct finder {
	const struct nc_word *words;
	size_t count;
	enum chain chain;
	size_t chain_end;   /* the chain's last word so far */
	size_t country_end; /* words of the last country end before this one */
};

/* A name that was found: words from at to end. */
struct match {
	const struct nc_country *country;
	size_t at, end;
};

/* Before a capitalised word these are a title or an address. */
static const char persons[] =
	" ông bà anh chị cô chú bác em cháu cụ thầy ngài bé gs pgs ts ths bs"
	" ks ";
/* Short names that people bear. */
static const char given_names[] = " anh đức nga mĩ pháp nhật úc ý ";
static const char family_names[] =
	" nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương"
	" lí thị văn trịnh mai đinh tô lương ";
/* A place of this kind bears the short name that follows. */
static const char place_kinds[] =
	" huyện xã phường thôn làng chùa đường phố quận trấn ấp cầu sông núi"
	" đền đình đèo buôn xóm ga chợ hồ ";
/* Words with a capital that may stand before a country's name without being
 * one name with it. */
static const char openers[] =
	" hội đoàn quỹ viện bộ đảng nước tết lễ phía bạn quân người đội tại ở"
	" với từ về sang do và cùng cho khi theo trong ngoài nhân của các quán"
	" sứ phủ thống tướng đô gồm như là thăm giữa ";
/* Right before the name these say that a country is meant. */
static const char to_country[] = " tại ở sang từ với của phía bạn đến gồm ";

/* Common words that begin with a short name: the name, then what follows. */
static const struct {
	const char *name, *next;
} compounds[] = {
	{"anh", " em chị hùng ấy ta dũng cả linh minh tài trai đào thư hào họ"
		" kiệt tuấn "},
	{"pháp", " luật lí lệnh nhân quy chế danh định sư bảo môn trị thuật y"
		 " trường quyền đình ngữ "},
	{"đức", " tính độ hạnh dục tin vua ông cha phật chúa mẹ thánh tài "},
	{"mĩ", " thuật phẩm nghệ học mãn quan tục nhân vị miều lệ kim viện "},
	{"nga", " mi "},
	{"ý", " kiến nghĩa tưởng thức chí định đồ tứ muốn nguyện vị niệm thích"
	      " thơ nói đảng hướng chính trung hội "},
	{"áo", " dài quần ấm khoác phao mưa sơ lính bà choàng vest giáp bông"
	       " len thun cưới tơi blouse phông trắng xanh đỏ mới cà ấm "},
	{"nhật", " kí báo nguyệt thực trình tụng dụng lệnh ngữ "},
	{"bỉ", " ổi "},
	{"séc", " du "},
	{"lào", " xào phào "},
};

/* Places whose first syllable is a short name, for lines in capitals and
 * after a dash, where a capital says nothing. */
static const struct {
	const char *name, *next;
} places[] = {
	{"lào", " cai "},
	{"đức", " cơ thọ phổ linh trọng huệ hòa hợp tân hiền giang xuân thắng"
		" minh lập "},
	{"mĩ", " tho đức lộc hào sơn xuyên tú khê đình an hòa thành phước lâm"
	       " latinh latin la "},
	{"nga", " sơn "},
	{"anh", " sơn khê "},
	{"ý", " yên "},
	{"nhật", " tân tảo lệ "},
	{"pháp", " vân vũ "},
};

static const char *lookup(const char *name, const char *next, bool in_places)
{
	size_t count = in_places ? sizeof(places) / sizeof(places[0])
				 : sizeof(compounds) / sizeof(compounds[0]);

	for (size_t i = 0; i < count; i++) {
		const char *of = in_places ? places[i].name : compounds[i].name;
		const char *list =
			in_places ? places[i].next : compounds[i].next;

		if (strcmp(of, name) == 0 && nc_word_in(list, next))
			return next;
	}
	return NULL;
}

/* Takes the next word of a name; *ret_open when "(" stands before it, and
 * *ret_hyphen when "-" does. */
static struct nc_slice take_part(
	struct nc_slice *name, bool *ret_open, bool *ret_hyphen)
{
	struct nc_slice part;

	*ret_open = *ret_hyphen = false;
	while (name->size > 0 && strchr(" -()", name->data[0]) != NULL) {
		*ret_open = *ret_open || name->data[0] == '(';
		*ret_hyphen = *ret_hyphen || name->data[0] == '-';
		name->data++;
		name->size--;
	}
	part = *name;
	while (name->size > 0 && strchr(" -()", name->data[0]) == NULL) {
		name->data++;
		name->size--;
	}
	part.size -= name->size;
	return part;
}

/* A part of a name in capitals (UAE, CHLB) is found in capitals alone; one
 * with a capital needs it, but for the second words that are often written
 * small: Hoa kỳ, Nhật bản. */
static bool case_fits(
	const struct nc_word *word, struct nc_slice part, bool first)
{
	struct nc_slice rest = part;
	struct nc_letter letter = {0};
	int32_t point;
	size_t capitals = 0, letters = 0;

	while (nc_letter_take(&rest, &point)) {
		letters++;
		if (nc_letter_read(point, &letter))
			capitals += letter.upper;
	}
	if (capitals == letters && letters > 1)
		return word->caps;
	if (capitals > 0 && !first &&
		nc_word_in(" quốc bản kì sĩ điển độ bang hòa ", word->key))
		return true;
	return capitals == 0 || word->upper;
}

static bool gap_fits(const struct nc_word *word, bool open, bool hyphen)
{
	if (open)
		return word->gap == NC_GAP_OPEN;
	if (hyphen)
		return word->gap == NC_GAP_HYPHEN;
	return word->gap == NC_GAP_SPACE;
}

/* A name with hyphens written as one word: Bra-xin, Braxin. */
static bool is_joined(const struct nc_word *word, struct nc_slice name)
{
	struct nc_slice key = nc_slice_text(word->key);
	bool hyphen = false;
	int32_t point, want;

	while (nc_letter_take(&name, &point)) {
		struct nc_letter letter;

		if (point == '-') {
			hyphen = true;
			continue;
		}
		if (!nc_letter_read(point, &letter))
			return false;
		letter.upper = false;
		if (!nc_letter_take(&key, &want) ||
			want != nc_letter_write(&letter))
			return false;
	}
	return hyphen && key.size == 0;
}

static int32_t without_y(int32_t point)
{
	return point == 'y' ? 'i' : point;
}

/* Most names are not here for their first letters alone, whatever the tones:
 * this spares them their keys. */
static bool begins_otherwise(const struct nc_word *word, struct nc_slice name)
{
	struct nc_slice key = nc_slice_text(word->key);

	if (name.size > 0 && key.size > 0 && name.data[0] < 0x80 &&
		key.data[0] < 0x80 &&
		without_y(name.data[0] | 32) != without_y(key.data[0]))
		return true;
	for (int i = 0; i < 3; i++) {
		struct nc_letter here, there;
		int32_t point;

		if (!nc_letter_take(&name, &point) ||
			!nc_letter_read(point, &there))
			return false;
		if (!nc_letter_take(&key, &point) ||
			!nc_letter_read(point, &here) ||
			without_y(here.point) != without_y(there.point))
			return true;
	}
	return false;
}

/* How many words from at the name takes; 0 when it does not stand there. */
static size_t name_words(
	const struct finder *f, size_t at, struct nc_slice name)
{
	const struct nc_slice whole = name;
	size_t used = 0;

	if (begins_otherwise(&f->words[at], name))
		return 0;
	while (name.size > 0) {
		const struct nc_word *word;
		char key[NC_WORD_KEY_MAX];
		bool open, hyphen;
		struct nc_slice part = take_part(&name, &open, &hyphen);

		if (part.size == 0)
			break;
		if (at + used == f->count)
			return 0;
		word = &f->words[at + used];
		if (used == 0 && is_joined(word, whole))
			return 1;
		if (!nc_word_key(part, key) || strcmp(key, word->key) != 0 ||
			!case_fits(word, part, used == 0) ||
			(used > 0 && !gap_fits(word, open, hyphen)))
			return 0;
		used++;
	}
	/* Xô-ma-li-len is not Xô-ma-li. */
	if (at + used < f->count && f->words[at + used].gap == NC_GAP_HYPHEN &&
		!f->words[at + used].upper)
		return 0;
	return used;
}

/* Việt - Trung, Việt – Ấn: syllables that are countries only there. */
static bool half_at(const struct finder *f, size_t at, struct match *ret_match)
{
	static const struct {
		const char *key, *code;
	} halves[] = {
		{"trung", "CN"}, {"hàn", "KR"}, {"ấn", "IN"}, {"triều", "KP"}};
	const struct nc_word *word = &f->words[at];

	if (at == 0 ||
		(word->gap != NC_GAP_DASH && word->gap != NC_GAP_HYPHEN) ||
		(f->country_end != at &&
			strcmp(f->words[at - 1].key, "việt") != 0) ||
		(at + 1 < f->count && word[1].gap == NC_GAP_SPACE &&
			nc_word_in(" tâm ương học bộ đoàn thu lâm châu ",
				word[1].key)))
		return false;
	for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++)
		if (strcmp(word->key, halves[i].key) == 0) {
			*ret_match = (struct match){
				nc_country_by_code(halves[i].code), at, at + 1};
			return true;
		}
	return false;
}

static bool match_at(const struct finder *f, size_t at, struct match *ret_match)
{
	size_t best = 0;

	if (!f->words[at].upper)
		return false;
	for (size_t i = 0; i < nc_countries_count; i++) {
		struct nc_slice name;

		for (size_t k = 0; nc_country_name(&nc_countries[i], k, &name);
			k++) {
			size_t used = name_words(f, at, name);

			if (used <= best)
				continue;
			best = used;
			*ret_match =
				(struct match){&nc_countries[i], at, at + used};
		}
	}
	return best > 0 || half_at(f, at, ret_match);
}

static bool match_is_short(const struct finder *f, const struct match *match)
{
	return match->end == match->at + 1 && f->words[match->at].syllable;
}

static const struct nc_word *word_before(const struct finder *f, size_t at)
{
	return at > 0 && f->words[at].gap == NC_GAP_SPACE ? &f->words[at - 1]
							  : NULL;
}

static const struct nc_word *word_after(const struct finder *f, size_t end)
{
	return end < f->count && f->words[end].gap == NC_GAP_SPACE
		       ? &f->words[end]
		       : NULL;
}

/* The name and its neighbours are all in capitals: a heading. */
static bool in_heading(const struct finder *f, size_t at)
{
	const struct nc_word *before = word_before(f, at);
	const struct nc_word *after = word_after(f, at + 1);

	if (!f->words[at].caps)
		return false;
	if (f->words[at].letters > 1)
		return true;
	return (before != NULL && before->caps && before->letters > 1) ||
	       (after != NULL && after->caps && after->letters > 1);
}

/* Certain to be a country by what stands before it: another country or Việt
 * and a dash or slash ("Việt - Đức"), or "nước", "CHLB" and the like. */
static bool is_certain(const struct finder *f, size_t at)
{
	enum nc_gap gap = f->words[at].gap;

	if (at == 0)
		return false;
	if (gap == NC_GAP_DASH || gap == NC_GAP_HYPHEN || gap == NC_GAP_SLASH)
		return f->country_end == at ||
		       nc_word_in(" việt nam trung hàn ", f->words[at - 1].key);
	return gap == NC_GAP_SPACE &&
	       nc_word_in(
		       " nước chlb chdcnd chnd ch bang ", f->words[at - 1].key);
}

/* "ý kiến", "Pháp luật", "Áo dài" at the head of a sentence or in a name. But
 * "Pháp nhân dịp …" is France, on the occasion. */
static bool is_compound(const struct finder *f, size_t at)
{
	const struct nc_word *before = word_before(f, at);
	const struct nc_word *after = word_after(f, at + 1);
	const struct nc_word *second = word_after(f, at + 2);

	if (after == NULL || !lookup(f->words[at].key, after->key, false))
		return false;
	if (before != NULL && !before->upper &&
		nc_word_in(to_country, before->key))
		return false;
	return !(strcmp(after->key, "nhân") == 0 && second != NULL &&
		 nc_word_in(" dịp ngày kỉ chuyến lễ ", second->key));
}

/* Part of a longer proper name that goes on: Lào Cai, Đức Cơ, Mỹ Tho. A word
 * that is no syllable of Vietnamese is no part of such a name (a foreign
 * person's, after the country's). */
static bool name_goes_on(const struct finder *f, size_t at)
{
	const struct nc_word *after = word_after(f, at + 1);
	struct match next;

	if (after == NULL)
		return false;
	if (after->upper && lookup(f->words[at].key, after->key, true))
		return true;
	if (in_heading(f, at) || is_certain(f, at))
		return false;
	/* "Đức Anh" is a person, "Lào Việt Nam" are two countries. */
	return after->upper && after->syllable &&
	       !(match_at(f, at + 1, &next) && next.end > at + 2);
}

/* The end of a longer proper name: Vạn Đức, Hồng Đức, Tuấn Anh, Bắc Mỹ. */
static bool name_went_before(const struct finder *f, size_t at)
{
	const struct nc_word *before = word_before(f, at);
	const char *key = f->words[at].key;

	if (before == NULL || !before->upper || !before->syllable)
		return false;
	if (f->country_end == at)
		return false;
	if (in_heading(f, at))
		return nc_word_in(family_names, before->key);
	if (before->caps && before->letters > 1)
		return false; /* UBND, NGO, … */
	if (strcmp(key, "lào") == 0 &&
		nc_word_in(" trung nam bắc hạ thượng việt ", before->key))
		return false;
	if (strcmp(before->key, "khánh") == 0)
		return at < 2 || strcmp(f->words[at - 2].key, "quốc") != 0;
	if (strcmp(before->key, "việt") == 0)
		return !nc_word_in(" nhật pháp ", key);
	return !nc_word_in(openers, before->key);
}

/* "châu Úc", "gió Lào", "chủ Nhật", "thôn Đức": the word before makes it
 * something else. */
static bool word_before_forbids(const struct finder *f, size_t at)
{
	static const struct {
		const char *before, *name;
	} pairs[] = {
		{"châu", " mĩ úc "},
		{"thuốc", " lào "},
		{"chủ", " nhật "},
		{"sinh", " nhật "},
		{"chúa", " nhật "},
		{"đạo", " đức "},
		{"quần", " áo "},
	};
	const struct nc_word *before = word_before(f, at);

	if (before == NULL)
		return false;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (strcmp(before->key, pairs[i].before) == 0 &&
			nc_word_in(pairs[i].name, f->words[at].key))
			return true;
	/* No place here is called Lào alone: "chợ Lào" is of that country. */
	return strcmp(f->words[at].key, "lào") != 0 &&
	       nc_word_in(place_kinds, before->key);
}

/* "Anh đã …" at the head of a sentence is he, not England, unless a list of
 * countries begins. */
static bool is_pronoun(const struct finder *f, size_t at)
{
	enum nc_gap gap = f->words[at].gap;
	const struct nc_word *after = word_after(f, at + 1);
	const struct nc_word *second = word_after(f, at + 2);

	if (strcmp(f->words[at].key, "anh") != 0 || after == NULL ||
		after->upper ||
		(gap != NC_GAP_START && gap != NC_GAP_STOP &&
			gap != NC_GAP_OTHER))
		return false;
	return strcmp(after->key, "và") != 0 || second == NULL ||
	       !second->upper;
}

/* "Pháp ngữ", "Anh văn"; not "Pháp văn hóa …". */
static bool is_language_word(const struct finder *f, const struct match *match)
{
	const struct nc_word *after = word_after(f, match->end);
	const struct nc_word *second = word_after(f, match->end + 1);

	if (after == NULL)
		return false;
	if (strcmp(after->key, "văn") == 0)
		return match_is_short(f, match) && !after->upper &&
		       (second == NULL ||
			       !nc_word_in(" hóa nghệ phòng học bản ",
				       second->key));
	return strcmp(after->key, "ngữ") == 0;
}

/* A capital within a sentence. */
static bool begins_name(const struct nc_word *word)
{
	return word->upper && word->gap != NC_GAP_START &&
	       word->gap != NC_GAP_STOP;
}

/* chuyên gia bò sữa Hà Lan, công ty bia Đức */
static bool is_of_people(const struct finder *f, size_t at)
{
	for (size_t i = at; i > 1 && i + 4 > at; i--)
		if ((nc_word_in(" gia ", f->words[i - 1].key) &&
			    nc_word_in(" chuyên ", f->words[i - 2].key)) ||
			(nc_word_in(" ti nghiệp đoàn ", f->words[i - 1].key) &&
				nc_word_in(" công doanh tập ",
					f->words[i - 2].key)))
			return true;
	return false;
}

/* Wood and wind, food and drink have a country's name without its people
 * having a part in it: thịt bò Úc, cà phê Ý, gió Lào. */
static bool is_goods(const struct finder *f, size_t at)
{
	static const char one[] =
		" bia gỗ gió táo nho lê cam mận dâu xoài mít sâm phở mì miến"
		" bún cơm xôi lẩu gạo trà rượu vang sữa bơ bò heo gà tôm ";
	static const struct {
		const char *first, *second;
	} two[] = {
		{"cà", "phê"},
		{"cá", "hồi"},
		{"sầu", "riêng"},
		{"phô", "mai"},
		{"pho", "mát"},
		{"xúc", "xích"},
		{"ô", "liu"},
		{"cô", "la"},
		{"nước", "hoa"},
		{"đồng", "hồ"},
		{"mĩ", "phẩm"},
	};
	const struct nc_word *before = word_before(f, at);

	if (before == NULL || is_of_people(f, at))
		return false;
	if (nc_word_in(one, before->key))
		return !begins_name(before);
	for (size_t i = 0; at > 1 && i < sizeof(two) / sizeof(two[0]); i++)
		if (strcmp(before[-1].key, two[i].first) == 0 &&
			strcmp(before->key, two[i].second) == 0)
			return !begins_name(&before[-1]);
	return false;
}

/* bang Georgia, Atlanta (Georgia, Mỹ): the one in America. */
static bool is_american_state(const struct finder *f, const struct match *match)
{
	const struct nc_word *before = word_before(f, match->at);

	if (strcmp(f->words[match->at].key, "georgia") != 0)
		return false;
	if (before != NULL && nc_word_in(" bang học ", before->key))
		return true;
	return match->end < f->count &&
	       nc_word_in(" mĩ hoa usa tech ", f->words[match->end].key);
}

static bool short_is_other(const struct finder *f, const struct match *match)
{
	size_t at = match->at;

	if (f->chain == CHAIN_PERSON &&
		nc_word_in(given_names, f->words[at].key))
		return true;
	if (name_goes_on(f, at))
		return true;
	if (is_certain(f, at))
		return false;
	return is_compound(f, at) || name_went_before(f, at) ||
	       word_before_forbids(f, at) || is_pronoun(f, at);
}

/* "Nguyễn Thị Hà Lan", "Ấn Độ Dương", "vịnh Thái Lan", "đậu Hà Lan". */
static bool long_is_other(const struct finder *f, const struct match *match)
{
	const struct nc_word *before = word_before(f, match->at);
	const struct nc_word *after = word_after(f, match->end);
	bool lan = match->end == match->at + 2 &&
		   strcmp(f->words[match->at + 1].key, "lan") == 0;

	if (after != NULL && strcmp(after->key, "dương") == 0)
		return true;
	if (before == NULL || f->country_end == match->at)
		return false;
	if (nc_word_in(" vịnh sông ", before->key) ||
		(lan && (f->chain == CHAIN_PERSON ||
				strcmp(before->key, "đậu") == 0)))
		return true;
	return before->upper && !before->caps &&
	       nc_word_in(family_names, before->key);
}

static bool match_is_other(const struct finder *f, const struct match *match)
{
	if (f->chain == CHAIN_LANGUAGE || is_language_word(f, match) ||
		is_goods(f, match->at) || is_american_state(f, match))
		return true;
	return match_is_short(f, match) ? short_is_other(f, match)
					: long_is_other(f, match);
}

/* A list goes on over commas, slashes and "và". */
static bool chain_reaches(const struct finder *f, size_t at)
{
	const struct nc_word *last = &f->words[f->chain_end];

	if (f->chain_end + 1 != at)
		return false;
	switch (f->words[at].gap) {
	case NC_GAP_OPEN:
		return nc_word_in(" ngữ tiếng ", last->key);
	case NC_GAP_COMMA:
		/* "các anh Đức, Nga", but "ông John Smith, Mỹ" */
		return f->chain == CHAIN_LANGUAGE ||
		       (last->syllable &&
			       (last->gap == NC_GAP_COMMA ||
				       (f->chain_end > 0 && !last[-1].upper)));
	case NC_GAP_SLASH:
	case NC_GAP_DASH:
	case NC_GAP_HYPHEN:
		return f->chain == CHAIN_LANGUAGE;
	case NC_GAP_START:
	case NC_GAP_STOP:
	case NC_GAP_OTHER:
		return false;
	default:
		return true;
	}
}

/* Whether a word that is no country's name keeps the list going. */
static bool chain_keeps(const struct finder *f, const struct nc_word *word)
{
	if (nc_word_in(" và hoặc hay cùng ", word->key))
		return true;
	if (f->chain == CHAIN_LANGUAGE)
		return nc_word_in(
			" việt trung hàn hoa hán thái khmer tây bồ thứ ",
			word->key);
	return word->upper;
}

/* "tiếng", "chữ" and "ngôn ngữ" begin a list of languages, "ông" and the like
 * one of persons: of this word and what comes right after it. */
static void chain_begin(struct finder *f, size_t at)
{
	const struct nc_word *word = &f->words[at];
	const char *before = at > 0 ? f->words[at - 1].key : "";
	const struct nc_word *after = word_after(f, at + 1);
	bool person = after != NULL && after->upper;

	if (nc_word_in(" tiếng chữ ", word->key) ||
		(strcmp(word->key, "ngữ") == 0 &&
			nc_word_in(" ngôn ngoại ", before))) {
		f->chain = CHAIN_LANGUAGE;
		f->chain_end = at;
		return;
	}
	if (strcmp(word->key, "em") == 0)
		person = person && !nc_word_in(" trẻ anh chị ", before);
	else if (strcmp(word->key, "chí") == 0)
		person = person && strcmp(before, "đồng") == 0 &&
			 !(at > 1 && strcmp(f->words[at - 2].key, "các") == 0);
	else
		person = person && nc_word_in(persons, word->key);
	if (person) {
		f->chain = CHAIN_PERSON;
		f->chain_end = at;
	}
}

/* The bytes of a match, with the bracket that closes its own. */
static struct nc_country_hit hit_of(
	const struct finder *f, const struct match *match, struct nc_slice text)
{
	const struct nc_word *first = &f->words[match->at];
	const struct nc_word *last = &f->words[match->end - 1];
	size_t end = last->at + last->size;

	for (size_t i = match->at + 1; i < match->end; i++)
		if (f->words[i].gap == NC_GAP_OPEN && end < text.size &&
			text.data[end] == ')') {
			end++;
			break;
		}
	return (struct nc_country_hit){
		match->country, first->at, end - first->at};
}

static size_t find(struct finder *f, struct nc_slice text,
	struct nc_country_hit *hits, size_t max)
{
	size_t found = 0;

	for (size_t at = 0; at < f->count && found < max;) {
		struct match match;
		bool reached = f->chain != CHAIN_NONE && chain_reaches(f, at);

		if (!reached)
			f->chain = CHAIN_NONE;
		if (!match_at(f, at, &match)) {
			if (f->chain != CHAIN_NONE &&
				chain_keeps(f, &f->words[at]))
				f->chain_end = at;
			chain_begin(f, at++);
			continue;
		}
		if (strcmp(match.country->iso2, "VN") == 0) {
			f->country_end = match.end;
		} else if (!match_is_other(f, &match)) {
			hits[found++] = hit_of(f, &match, text);
			f->country_end = match.end;
		}
		if (f->chain != CHAIN_NONE)
			f->chain_end = match.end - 1;
		/* "Anh Đức": the first word may be an address. */
		if (match_is_short(f, &match))
			chain_begin(f, at);
		at = match.end;
	}
	return found;
}

enum nc_status nc_countries_find(struct nc_slice text,
	struct nc_country_hit *hits, size_t max, size_t *ret_count)
{
	struct nc_word *words = NULL;
	struct finder f = {0};
	enum nc_status status = nc_words_read(text, &words, &f.count);

	if (status != NC_OK)
		return status;
	f.words = words;
	*ret_count = find(&f, text, hits, max);
	nc_free(words);
	return NC_OK;
}

/* Words of both equal by their keys, whatever stands between them. */
static bool same_words(
	const struct nc_word *words, size_t count, struct nc_slice name)
{
	size_t at = 0;

	if (begins_otherwise(&words[0], name))
		return false;
	for (;;) {
		char key[NC_WORD_KEY_MAX];
		bool open, hyphen;
		struct nc_slice part = take_part(&name, &open, &hyphen);

		if (part.size == 0)
			return at == count;
		if (at == count || !nc_word_key(part, key) ||
			strcmp(key, words[at].key) != 0)
			return false;
		at++;
	}
}

const struct nc_country *nc_country_by_name(struct nc_slice name)
{
	const struct nc_country *found = NULL;
	struct nc_word *words = NULL;
	size_t count;

	if (nc_words_read(name, &words, &count) != NC_OK)
		return NULL;
	for (size_t i = 0; found == NULL && i < nc_countries_count; i++) {
		struct nc_slice one;

		for (size_t k = 0; count > 0 && count <= NAME_WORDS_MAX * 2 &&
				   nc_country_name(&nc_countries[i], k, &one);
			k++)
			if (same_words(words, count, one) ||
				(count == 1 && is_joined(words, one))) {
				found = &nc_countries[i];
				break;
			}
	}
	nc_free(words);
	return found;
}
