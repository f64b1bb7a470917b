/*
 * Other names of the same thing. Countries come from their own table; the
 * rest stands here: abbreviations of Vietnamese offices with their meaning,
 * and names that are spelled in several ways.
 */
#include "locale/countries.h"
#include "locale/search_words.h"

#include <string.h>

static const char *const alias_sets[] = {
	"PCPNN|phi chính phủ nước ngoài",
	"ĐNND|đối ngoại nhân dân",
	"LHHN|Liên hiệp các tổ chức hữu nghị|Liên hiệp hữu nghị",
	"VUFO|LHVN|Liên hiệp các tổ chức hữu nghị Việt Nam",
	"UBND|Ủy ban nhân dân",
	"HĐND|Hội đồng nhân dân",
	"UBMTTQVN|Ủy ban Mặt trận Tổ quốc Việt Nam",
	"UBMTTQ|UBMT|Ủy ban Mặt trận Tổ quốc|Ủy ban Mặt trận",
	"MTTQ|Mặt trận Tổ quốc",
	"CHXHCN|Cộng hòa xã hội chủ nghĩa",
	"CHDCND|Cộng hòa Dân chủ Nhân dân",
	"CHND|Cộng hòa Nhân dân",
	"CHLB|Cộng hòa Liên bang",
	"TP|thành phố",
	"BCH|Ban Chấp hành",
	"ODA|hỗ trợ phát triển chính thức",
	"NGO|tổ chức phi chính phủ|tổ chức PCP",
	"PACCOM|Ban Điều phối viện trợ nhân dân",
	"COMINGO|Ủy ban Công tác về các tổ chức phi chính phủ nước ngoài",
	"ASEAN|Hiệp hội các quốc gia Đông Nam Á",
	"WB|Ngân hàng Thế giới",
	"ADB|Ngân hàng Phát triển châu Á",
	"IMF|Quỹ Tiền tệ Quốc tế",
	"AFD|Cơ quan Phát triển Pháp",
	"USAID|Cơ quan Phát triển Quốc tế Hoa Kỳ",
	"JICA|Cơ quan Hợp tác Quốc tế Nhật Bản",
	"KOICA|Cơ quan Hợp tác Quốc tế Hàn Quốc",
	"TNCS|Thanh niên Cộng sản",
	"KT-XH|kinh tế - xã hội",
	"THPT|trung học phổ thông",
	"THCS|trung học cơ sở",
	"NVNONN|người Việt Nam ở nước ngoài",
	"Bunpimay|Bun Pi May|Punpimay|Bun Pi Mai|Bunpimai|Boun Pi May",
	"Chol Chnam Thmay|Chôl Chnăm Thmây|Cholchnam Thmay",
	"Đắk Lắk|Đăk Lăk|Đắc Lắc|Daklak|Đaklak",
	"Đắk Nông|Đăk Nông|Đắc Nông",
	"Thừa Thiên Huế|Thừa Thiên - Huế|TT Huế",
	"Thành phố Hồ Chí Minh|TP HCM|TPHCM",
	"Noel|Giáng sinh",
	"Tết Nguyên đán|Tết Âm lịch|Tết Cổ truyền",
};

#define SETS_COUNT (sizeof(alias_sets) / sizeof(alias_sets[0]))

enum nc_status search_alias_each(search_alias_visit *visit, void *context)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < SETS_COUNT; i++) {
		const char *at = alias_sets[i];

		while (*at != '\0' && status == NC_OK) {
			size_t size = strcspn(at, "|");

			status = visit(context, i, nc_slice(at, size), false);
			at += size + (at[size] == '|');
		}
	}
	for (size_t i = 0; i < nc_countries_count; i++) {
		struct nc_slice name;

		for (size_t k = 0; status == NC_OK &&
				   nc_country_name(&nc_countries[i], k, &name);
			k++)
			status = visit(context, SETS_COUNT + i, name, true);
	}
	return status;
}
