#include "locale/countries.h"

#include <string.h>

/*
 * National days and diplomatic relations as the project's domain reference
 * gives them, with its confidence: H agreed by sources, M from knowledge, L
 * doubtful, '-' none. What stands beside a row is said of its national day.
 * The rows at the end have names alone.
 */
const struct nc_country nc_countries[] = {
	{"VN", "VNM", "Việt Nam", "Viet Nam",
		"Cộng hòa xã hội chủ nghĩa Việt Nam", "Vietnam",
		NC_COUNTRY_ASEAN, 2, 9, 1945, 'H', {0, 0, 0}, '-'},
	{"LA", "LAO", "Lào", "Laos", "Cộng hòa Dân chủ Nhân dân Lào",
		"CHDCND Lào", NC_COUNTRY_ASEAN, 2, 12, 1975, 'H', {1962, 9, 5},
		'H'},
	{"KH", "KHM", "Campuchia", "Cambodia", "Vương quốc Campuchia",
		"Cam-pu-chia|Căm-pu-chia|Kampuchea", NC_COUNTRY_ASEAN, 9, 11,
		1953, 'H', {1967, 6, 24}, 'H'},
	{"TH", "THA", "Thái Lan", "Thailand", "Vương quốc Thái Lan", "Thai Lan",
		NC_COUNTRY_ASEAN, 5, 12, 0, 'H', {1976, 8, 6},
		'H'}, /* birthday of King Bhumibol, kept as National Day */
	{"MY", "MYS", "Malaysia", "Malaysia", "Malaysia", "Ma-lai-xi-a",
		NC_COUNTRY_ASEAN, 31, 8, 1957, 'M', {1973, 3, 30}, 'H'},
	{"SG", "SGP", "Singapore", "Singapore", "Cộng hòa Singapore",
		"Xin-ga-po", NC_COUNTRY_ASEAN, 9, 8, 1965, 'M', {1973, 8, 1},
		'H'},
	{"ID", "IDN", "Indonesia", "Indonesia", "Cộng hòa Indonesia",
		"In-đô-nê-xi-a", NC_COUNTRY_ASEAN, 17, 8, 1945, 'H',
		{1955, 12, 30}, 'H'},
	{"PH", "PHL", "Philippines", "Philippines", "Cộng hòa Philippines",
		"Phi-líp-pin|Philipin|Philippine", NC_COUNTRY_ASEAN, 12, 6,
		1898, 'H', {1976, 7, 12}, 'H'},
	{"MM", "MMR", "Myanmar", "Myanmar", "Cộng hòa Liên bang Myanmar",
		"Mi-an-ma|Miến Điện", NC_COUNTRY_ASEAN, 4, 1, 1948, 'H',
		{1975, 5, 28}, 'H'},
	{"BN", "BRN", "Brunei", "Brunei", "Brunei Darussalam", "Bru-nây",
		NC_COUNTRY_ASEAN, 23, 2, 1984, 'H', {1992, 2, 29}, 'H'},
	{"TL", "TLS", "Timor-Leste", "Timor-Leste",
		"Cộng hòa Dân chủ Timor-Leste", "Đông Timor|Timor Leste",
		NC_COUNTRY_ASEAN, 28, 11, 1975, 'H', {2002, 7, 28},
		'H'}, /* 1975; 20/5 (2002) is the restoration of independence */
	{"CN", "CHN", "Trung Quốc", "China", "Cộng hòa Nhân dân Trung Hoa",
		"CHND Trung Hoa|Trung Hoa", NC_COUNTRY_NEIGHBOUR, 1, 10, 1949,
		'H', {1950, 1, 18}, 'H'},
	{"TW", "TWN", "Đài Loan (Trung Quốc)", "Taiwan", "Đài Loan",
		"Đài Loan|Trung Quốc (Đài Loan)", NC_COUNTRY_TERRITORY, 0, 0, 0,
		'-', {0, 0, 0}, '-'},
	{"JP", "JPN", "Nhật Bản", "Japan", "Nhật Bản", "Nhật",
		NC_COUNTRY_PARTNER, 23, 2, 0, 'M', {1973, 9, 21},
		'H'}, /* Emperor's birthday, since 2020 (23/12 before) */
	{"KR", "KOR", "Hàn Quốc", "South Korea", "Đại Hàn Dân Quốc",
		"Cộng hòa Hàn Quốc|Korea", NC_COUNTRY_PARTNER, 3, 10, 0, 'M',
		{1992, 12, 22}, 'H'}, /* Foundation Day; 15/8 also marked */
	{"KP", "PRK", "Triều Tiên", "North Korea",
		"Cộng hòa Dân chủ Nhân dân Triều Tiên",
		"CHDCND Triều Tiên|Bắc Triều Tiên", NC_COUNTRY_TRADITIONAL, 9,
		9, 1948, 'M', {1950, 1, 31}, 'H'},
	{"MN", "MNG", "Mông Cổ", "Mongolia", "Mông Cổ", "",
		NC_COUNTRY_TRADITIONAL, 11, 7, 1921, 'M', {1954, 11, 17}, 'H'},
	{"IN", "IND", "Ấn Độ", "India", "Cộng hòa Ấn Độ", "",
		NC_COUNTRY_PARTNER, 26, 1, 1950, 'M', {1972, 1, 7},
		'H'}, /* Republic Day 1950; Independence Day 15/8 is also
			 celebrated */
	{"BD", "BGD", "Bangladesh", "Bangladesh",
		"Cộng hòa Nhân dân Bangladesh", "Băng-la-đét", NC_COUNTRY_OTHER,
		26, 3, 1971, 'M', {1973, 2, 11}, 'M'},
	{"LK", "LKA", "Sri Lanka", "Sri Lanka",
		"Cộng hòa Dân chủ Xã hội chủ nghĩa Sri Lanka",
		"Xri Lan-ca|Xri Lanca", NC_COUNTRY_OTHER, 4, 2, 1948, 'M',
		{1970, 7, 21}, 'M'},
	{"PK", "PAK", "Pakistan", "Pakistan", "Cộng hòa Hồi giáo Pakistan",
		"Pa-ki-xtan", NC_COUNTRY_OTHER, 23, 3, 0, 'M', {1972, 11, 8},
		'M'}, /* 1940/1956 */
	{"NP", "NPL", "Nepal", "Nepal", "Nepal", "", NC_COUNTRY_OTHER, 20, 9,
		2015, 'L', {1975, 5, 15},
		'M'}, /* Constitution Day 2015; earlier lists use 28/5 */
	{"UZ", "UZB", "Uzbekistan", "Uzbekistan", "Cộng hòa Uzbekistan",
		"U-dơ-bê-ki-xtan", NC_COUNTRY_OTHER, 1, 9, 1991, 'H',
		{1992, 1, 17}, 'M'},
	{"KZ", "KAZ", "Kazakhstan", "Kazakhstan", "Cộng hòa Kazakhstan", "",
		NC_COUNTRY_OTHER, 25, 10, 0, 'L', {1992, 6, 29},
		'M'}, /* Republic Day, national day again since 2022; 16/12
			 before */
	{"IR", "IRN", "Iran", "Iran", "Cộng hòa Hồi giáo Iran", "",
		NC_COUNTRY_OTHER, 11, 2, 1979, 'M', {1973, 8, 4}, 'M'},
	{"IL", "ISR", "Israel", "Israel", "Nhà nước Israel", "I-xra-en",
		NC_COUNTRY_OTHER, 0, 0, 0, 'M', {1993, 7, 12},
		'M'}, /* 5 Iyar of the Hebrew calendar, moves every year */
	{"PS", "PSE", "Palestine", "Palestine", "Nhà nước Palestine",
		"Pa-le-xtin", NC_COUNTRY_TRADITIONAL, 15, 11, 1988, 'M',
		{1988, 11, 19}, 'M'},
	{"TR", "TUR", "Thổ Nhĩ Kỳ", "Turkey", "Cộng hòa Thổ Nhĩ Kỳ",
		"Türkiye|Thổ Nhĩ Kì", NC_COUNTRY_OTHER, 29, 10, 1923, 'M',
		{1978, 6, 7}, 'M'},
	{"AE", "ARE", "UAE", "United Arab Emirates",
		"Các Tiểu vương quốc Ả-rập thống nhất",
		"Các tiểu vương quốc Ả-rập thống nhất|Các Tiểu vương quốc "
		"A-rập thống nhất",
		NC_COUNTRY_OTHER, 2, 12, 1971, 'M', {1993, 8, 1}, 'M'},
	{"SA", "SAU", "Saudi Arabia", "Saudi Arabia", "Vương quốc Ả-rập Xê-út",
		"Ả-rập Xê-út|A-rập Xê-út|Ả Rập Xê Út", NC_COUNTRY_OTHER, 23, 9,
		1932, 'M', {1999, 10, 21}, 'M'},
	{"RU", "RUS", "Liên bang Nga", "Russia", "Liên bang Nga",
		"Nga|Liên Bang Nga", NC_COUNTRY_TRADITIONAL, 12, 6, 1990, 'H',
		{1950, 1, 30}, 'H'},
	{"BY", "BLR", "Belarus", "Belarus", "Cộng hòa Belarus",
		"Belerusia|Bê-la-rút", NC_COUNTRY_OTHER, 3, 7, 1944, 'M',
		{1992, 1, 24}, 'H'},
	{"UA", "UKR", "Ukraine", "Ukraine", "Ukraine", "U-crai-na",
		NC_COUNTRY_OTHER, 24, 8, 1991, 'M', {1992, 1, 23}, 'H'},
	{"PL", "POL", "Ba Lan", "Poland", "Cộng hòa Ba Lan", "",
		NC_COUNTRY_TRADITIONAL, 11, 11, 0, 'L', {1950, 2, 4},
		'H'}, /* Independence Day; 03/5 Constitution Day is also used by
			 friendship associations */
	{"CZ", "CZE", "Séc", "Czechia", "Cộng hòa Séc", "Czech",
		NC_COUNTRY_TRADITIONAL, 28, 10, 1918, 'M', {1950, 2, 2}, 'H'},
	{"SK", "SVK", "Slovakia", "Slovakia", "Cộng hòa Slovakia",
		"Xlô-va-ki-a", NC_COUNTRY_TRADITIONAL, 1, 9, 1992, 'L',
		{1950, 2, 2},
		'M'}, /* Constitution Day 1992; 01/01 also listed */
	{"HU", "HUN", "Hungary", "Hungary", "Hungary", "Hung-ga-ri|Hungari",
		NC_COUNTRY_TRADITIONAL, 20, 8, 0, 'M', {1950, 2, 3},
		'H'}, /* St Stephen's Day */
	{"RO", "ROU", "Romania", "Romania", "Romania", "Ru-ma-ni",
		NC_COUNTRY_TRADITIONAL, 1, 12, 1918, 'H', {1950, 2, 3}, 'H'},
	{"BG", "BGR", "Bulgaria", "Bulgaria", "Cộng hòa Bulgaria", "Bun-ga-ri",
		NC_COUNTRY_TRADITIONAL, 3, 3, 1878, 'M', {1950, 2, 8}, 'H'},
	{"AL", "ALB", "Albania", "Albania", "Cộng hòa Albania", "An-ba-ni",
		NC_COUNTRY_TRADITIONAL, 28, 11, 1912, 'M', {1950, 2, 11}, 'L'},
	{"RS", "SRB", "Serbia", "Serbia", "Cộng hòa Serbia", "Xéc-bi-a",
		NC_COUNTRY_OTHER, 15, 2, 0, 'M', {1957, 3, 10},
		'M'}, /* Statehood Day */
	{"DE", "DEU", "Đức", "Germany", "Cộng hòa Liên bang Đức",
		"CHLB Đức|CH LB Đức", NC_COUNTRY_PARTNER, 3, 10, 1990, 'H',
		{1975, 9, 23}, 'H'},
	{"FR", "FRA", "Pháp", "France", "Cộng hòa Pháp", "", NC_COUNTRY_PARTNER,
		14, 7, 1789, 'H', {1973, 4, 12}, 'M'},
	{"GB", "GBR", "Anh", "United Kingdom",
		"Vương quốc Liên hiệp Anh và Bắc Ireland",
		"Vương quốc Anh|Anh Quốc|Liên hiệp Anh|Great Britain|UK",
		NC_COUNTRY_PARTNER, 0, 0, 0, 'L', {1973, 9, 11},
		'H'}, /* no fixed day: Sovereign's official birthday, a Saturday
			 in June (11/6 was used under Elizabeth II) */
	{"IT", "ITA", "Ý", "Italy", "Cộng hòa Italia", "Italia|I-ta-li-a",
		NC_COUNTRY_PARTNER, 2, 6, 1946, 'H', {1973, 3, 23}, 'H'},
	{"ES", "ESP", "Tây Ban Nha", "Spain", "Vương quốc Tây Ban Nha", "",
		NC_COUNTRY_PARTNER, 12, 10, 0, 'M', {1977, 5, 23}, 'M'},
	{"PT", "PRT", "Bồ Đào Nha", "Portugal", "Cộng hòa Bồ Đào Nha", "",
		NC_COUNTRY_OTHER, 10, 6, 0, 'H', {1975, 7, 1}, 'M'},
	{"NL", "NLD", "Hà Lan", "Netherlands", "Vương quốc Hà Lan", "Holland",
		NC_COUNTRY_PARTNER, 27, 4, 0, 'M', {1973, 4, 9},
		'H'}, /* King's Day (26/4 when 27/4 is a Sunday) */
	{"BE", "BEL", "Bỉ", "Belgium", "Vương quốc Bỉ", "", NC_COUNTRY_PARTNER,
		21, 7, 1831, 'H', {1973, 3, 22}, 'H'},
	{"LU", "LUX", "Luxembourg", "Luxembourg", "Đại công quốc Luxembourg",
		"Lúc-xăm-bua", NC_COUNTRY_OTHER, 23, 6, 0, 'H', {1973, 11, 15},
		'M'},
	{"CH", "CHE", "Thụy Sỹ", "Switzerland", "Liên bang Thụy Sĩ", "Thụy Sĩ",
		NC_COUNTRY_PARTNER, 1, 8, 1291, 'H', {1971, 10, 11}, 'H'},
	{"AT", "AUT", "Áo", "Austria", "Cộng hòa Áo", "", NC_COUNTRY_OTHER, 26,
		10, 1955, 'M', {1972, 12, 1}, 'M'},
	{"SE", "SWE", "Thụy Điển", "Sweden", "Vương quốc Thụy Điển",
		"Thuỵ Điển", NC_COUNTRY_PARTNER, 6, 6, 0, 'H', {1969, 1, 11},
		'H'},
	{"NO", "NOR", "Na Uy", "Norway", "Vương quốc Na Uy", "",
		NC_COUNTRY_PARTNER, 17, 5, 1814, 'H', {1971, 11, 25}, 'H'},
	{"DK", "DNK", "Đan Mạch", "Denmark", "Vương quốc Đan Mạch", "",
		NC_COUNTRY_PARTNER, 5, 6, 0, 'H', {1971, 11, 25},
		'H'}, /* Constitution Day */
	{"FI", "FIN", "Phần Lan", "Finland", "Cộng hòa Phần Lan", "",
		NC_COUNTRY_PARTNER, 6, 12, 1917, 'M', {1973, 1, 25}, 'M'},
	{"IS", "ISL", "Iceland", "Iceland", "Iceland", "Ai-xlen",
		NC_COUNTRY_OTHER, 17, 6, 1944, 'H', {1973, 8, 5}, 'M'},
	{"IE", "IRL", "Ireland", "Ireland", "Ireland", "Ai-len",
		NC_COUNTRY_OTHER, 17, 3, 0, 'M', {1996, 4, 5},
		'M'}, /* St Patrick's Day */
	{"GR", "GRC", "Hy Lạp", "Greece", "Cộng hòa Hy Lạp", "",
		NC_COUNTRY_OTHER, 25, 3, 1821, 'M', {1975, 4, 15}, 'M'},
	{"US", "USA", "Hoa Kỳ", "United States", "Hợp chúng quốc Hoa Kỳ",
		"Mỹ|Hoa kỳ|USA", NC_COUNTRY_PARTNER, 4, 7, 1776, 'H',
		{1995, 7, 12}, 'M'},
	{"CA", "CAN", "Canada", "Canada", "Canada", "Ca-na-đa",
		NC_COUNTRY_PARTNER, 1, 7, 1867, 'M', {1973, 8, 21}, 'H'},
	{"CU", "CUB", "Cuba", "Cuba", "Cộng hòa Cuba", "Cu-ba",
		NC_COUNTRY_TRADITIONAL, 1, 1, 1959, 'H', {1960, 12, 2}, 'H'},
	{"BR", "BRA", "Brazil", "Brazil", "Cộng hòa Liên bang Brazil",
		"Brasil|Bra-xin", NC_COUNTRY_PARTNER, 7, 9, 1822, 'H',
		{1989, 5, 8}, 'H'},
	{"AR", "ARG", "Argentina", "Argentina", "Cộng hòa Argentina",
		"Ác-hen-ti-na|Achentina", NC_COUNTRY_OTHER, 25, 5, 1810, 'L',
		{1973, 10, 25},
		'M'}, /* 1810; 09/7 (1816) is Independence Day */
	{"CL", "CHL", "Chile", "Chile", "Cộng hòa Chile", "Chi-lê",
		NC_COUNTRY_OTHER, 18, 9, 1810, 'M', {1971, 3, 25}, 'M'},
	{"MX", "MEX", "Mexico", "Mexico", "Hợp chúng quốc Mexico",
		"Mê-hi-cô|Mê-xi-cô", NC_COUNTRY_OTHER, 16, 9, 1810, 'M',
		{1975, 5, 19}, 'M'},
	{"PE", "PER", "Peru", "Peru", "Cộng hòa Peru", "Pê-ru",
		NC_COUNTRY_OTHER, 28, 7, 1821, 'M', {1994, 11, 14}, 'M'},
	{"VE", "VEN", "Venezuela", "Venezuela", "Cộng hòa Bolivar Venezuela",
		"Vê-nê-xu-ê-la", NC_COUNTRY_OTHER, 5, 7, 1811, 'M',
		{1989, 12, 18}, 'M'},
	{"AU", "AUS", "Úc", "Australia", "Thịnh vượng chung Australia",
		"Ôt-xtrây-li-a|Ôxtrâylia", NC_COUNTRY_PARTNER, 26, 1, 1788, 'M',
		{1973, 2, 26}, 'H'},
	{"NZ", "NZL", "New Zealand", "New Zealand", "New Zealand",
		"Niu Di-lân|Niu Di Lân", NC_COUNTRY_PARTNER, 6, 2, 1840, 'M',
		{1975, 6, 19}, 'H'}, /* Waitangi Day 1840 */
	{"DZ", "DZA", "Algeria", "Algeria", "Cộng hòa Dân chủ Nhân dân Algeria",
		"An-giê-ri", NC_COUNTRY_TRADITIONAL, 1, 11, 1954, 'M',
		{1962, 10, 28}, 'M'},
	{"EG", "EGY", "Ai Cập", "Egypt", "Cộng hòa Ả-rập Ai Cập", "",
		NC_COUNTRY_OTHER, 23, 7, 1952, 'M', {1963, 9, 1}, 'M'},
	{"ZA", "ZAF", "Nam Phi", "South Africa", "Cộng hòa Nam Phi", "",
		NC_COUNTRY_OTHER, 27, 4, 1994, 'M', {1993, 12, 22}, 'M'},
	{"AO", "AGO", "Angola", "Angola", "Cộng hòa Angola", "Ăng-gô-la",
		NC_COUNTRY_OTHER, 11, 11, 1975, 'M', {1975, 11, 12}, 'M'},
	{"MZ", "MOZ", "Mozambique", "Mozambique", "Cộng hòa Mozambique",
		"Mô-dăm-bích", NC_COUNTRY_OTHER, 25, 6, 1975, 'H',
		{1975, 6, 25}, 'M'},
	{"MA", "MAR", "Morocco", "Morocco", "Vương quốc Morocco", "Ma-rốc",
		NC_COUNTRY_OTHER, 30, 7, 0, 'M', {1961, 3, 27},
		'M'}, /* Throne Day of Mohammed VI */
	{"EU", "", "Liên minh châu Âu", "European Union", "Liên minh châu Âu",
		"EU|Liên minh Châu Âu", NC_COUNTRY_ORGANISATION, 9, 5, 0, 'M',
		{1990, 11, 28}, 'M'}, /* Europe Day */
	{"AF", "AFG", "Afghanistan", "Afghanistan", "Afghanistan",
		"Áp-ga-ni-xtan", NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0},
		'-'},
	{"AM", "ARM", "Armenia", "Armenia", "Armenia", "Ác-mê-ni-a",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"AZ", "AZE", "Azerbaijan", "Azerbaijan", "Azerbaijan",
		"A-déc-bai-gian", NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0},
		'-'},
	{"BH", "BHR", "Bahrain", "Bahrain", "Bahrain", "Ba-ranh",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"BA", "BIH", "Bosnia và Herzegovina", "Bosnia and Herzegovina",
		"Bosnia và Herzegovina", "Bosnia", NC_COUNTRY_OTHER, 0, 0, 0,
		'-', {0, 0, 0}, '-'},
	{"BT", "BTN", "Bhutan", "Bhutan", "Bhutan", "Bu-tan", NC_COUNTRY_OTHER,
		0, 0, 0, '-', {0, 0, 0}, '-'},
	{"BO", "BOL", "Bolivia", "Bolivia", "Bolivia", "Bô-li-vi-a",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"CM", "CMR", "Cameroon", "Cameroon", "Cameroon", "Ca-mơ-run",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"CO", "COL", "Colombia", "Colombia", "Colombia", "Cô-lôm-bi-a",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"CR", "CRI", "Costa Rica", "Costa Rica", "Costa Rica", "Cốt-xta Ri-ca",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"HR", "HRV", "Croatia", "Croatia", "Croatia", "Crô-a-ti-a",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"CY", "CYP", "Síp", "Cyprus", "Síp", "Cộng hòa Síp", NC_COUNTRY_OTHER,
		0, 0, 0, '-', {0, 0, 0}, '-'},
	{"CI", "CIV", "Bờ Biển Ngà", "Ivory Coast", "Bờ Biển Ngà", "Cốt Đi-voa",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"DO", "DOM", "Cộng hòa Dominica", "Dominican Republic",
		"Cộng hòa Dominica", "Đô-mi-ni-ca", NC_COUNTRY_OTHER, 0, 0, 0,
		'-', {0, 0, 0}, '-'},
	{"EC", "ECU", "Ecuador", "Ecuador", "Ecuador", "Ê-cu-a-đo",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"SV", "SLV", "El Salvador", "El Salvador", "El Salvador",
		"En Xan-va-đo", NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"EE", "EST", "Estonia", "Estonia", "Estonia", "E-xtô-ni-a",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"ET", "ETH", "Ethiopia", "Ethiopia", "Ethiopia", "Ê-ti-ô-pi-a",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"GE", "GEO", "Gruzia", "Georgia", "Gruzia", "Gru-di-a",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"GH", "GHA", "Ghana", "Ghana", "Ghana", "Ga-na", NC_COUNTRY_OTHER, 0,
		0, 0, '-', {0, 0, 0}, '-'},
	{"GT", "GTM", "Guatemala", "Guatemala", "Guatemala", "Goa-tê-ma-la",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"GN", "GIN", "Guinea", "Guinea", "Guinea", "Ghi-nê", NC_COUNTRY_OTHER,
		0, 0, 0, '-', {0, 0, 0}, '-'},
	{"HT", "HTI", "Haiti", "Haiti", "Haiti", "Ha-i-ti", NC_COUNTRY_OTHER, 0,
		0, 0, '-', {0, 0, 0}, '-'},
	{"IQ", "IRQ", "Iraq", "Iraq", "Iraq", "I-rắc", NC_COUNTRY_OTHER, 0, 0,
		0, '-', {0, 0, 0}, '-'},
	{"JM", "JAM", "Jamaica", "Jamaica", "Jamaica", "Gia-mai-ca",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"JO", "JOR", "Jordan", "Jordan", "Jordan", "Gioóc-đa-ni",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"KE", "KEN", "Kenya", "Kenya", "Kenya", "Kê-ni-a", NC_COUNTRY_OTHER, 0,
		0, 0, '-', {0, 0, 0}, '-'},
	{"KW", "KWT", "Kuwait", "Kuwait", "Kuwait", "Cô-oét", NC_COUNTRY_OTHER,
		0, 0, 0, '-', {0, 0, 0}, '-'},
	{"KG", "KGZ", "Kyrgyzstan", "Kyrgyzstan", "Kyrgyzstan", "Cư-rơ-gư-xtan",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"LV", "LVA", "Latvia", "Latvia", "Latvia", "Lát-vi-a",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"LB", "LBN", "Liban", "Lebanon", "Liban", "Li-băng|Lebanon",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"LY", "LBY", "Libya", "Libya", "Libya", "Li-bi", NC_COUNTRY_OTHER, 0,
		0, 0, '-', {0, 0, 0}, '-'},
	{"LT", "LTU", "Litva", "Lithuania", "Litva", "Lít-va", NC_COUNTRY_OTHER,
		0, 0, 0, '-', {0, 0, 0}, '-'},
	{"MG", "MDG", "Madagascar", "Madagascar", "Madagascar", "Ma-đa-ga-xca",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"MV", "MDV", "Maldives", "Maldives", "Maldives", "Man-đi-vơ",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"MT", "MLT", "Malta", "Malta", "Malta", "Man-ta", NC_COUNTRY_OTHER, 0,
		0, 0, '-', {0, 0, 0}, '-'},
	{"MD", "MDA", "Moldova", "Moldova", "Moldova", "Môn-đô-va",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"MC", "MCO", "Monaco", "Monaco", "Monaco", "Mô-na-cô",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"ME", "MNE", "Montenegro", "Montenegro", "Montenegro", "Môn-tê-nê-grô",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"NA", "NAM", "Namibia", "Namibia", "Namibia", "Na-mi-bi-a",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"NI", "NIC", "Nicaragua", "Nicaragua", "Nicaragua", "Ni-ca-ra-goa",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"NG", "NGA", "Nigeria", "Nigeria", "Nigeria", "Ni-giê-ri-a",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"MK", "MKD", "Bắc Macedonia", "North Macedonia", "Bắc Macedonia",
		"Macedonia", NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"OM", "OMN", "Oman", "Oman", "Oman", "Ô-man", NC_COUNTRY_OTHER, 0, 0,
		0, '-', {0, 0, 0}, '-'},
	{"PA", "PAN", "Panama", "Panama", "Panama", "Pa-na-ma",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"PG", "PNG", "Papua New Guinea", "Papua New Guinea",
		"Papua New Guinea", "Pa-pua Niu Ghi-nê", NC_COUNTRY_OTHER, 0, 0,
		0, '-', {0, 0, 0}, '-'},
	{"PY", "PRY", "Paraguay", "Paraguay", "Paraguay", "Pa-ra-goay",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"QA", "QAT", "Qatar", "Qatar", "Qatar", "Ca-ta", NC_COUNTRY_OTHER, 0,
		0, 0, '-', {0, 0, 0}, '-'},
	{"SN", "SEN", "Senegal", "Senegal", "Senegal", "Xê-nê-gan",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"SI", "SVN", "Slovenia", "Slovenia", "Slovenia", "Xlô-vê-ni-a",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"SD", "SDN", "Sudan", "Sudan", "Sudan", "Xu-đăng", NC_COUNTRY_OTHER, 0,
		0, 0, '-', {0, 0, 0}, '-'},
	{"SY", "SYR", "Syria", "Syria", "Syria", "Xi-ri", NC_COUNTRY_OTHER, 0,
		0, 0, '-', {0, 0, 0}, '-'},
	{"TJ", "TJK", "Tajikistan", "Tajikistan", "Tajikistan",
		"Tát-gi-ki-xtan", NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0},
		'-'},
	{"TZ", "TZA", "Tanzania", "Tanzania", "Tanzania", "Tan-da-ni-a",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"TN", "TUN", "Tunisia", "Tunisia", "Tunisia", "Tuy-ni-di",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"TM", "TKM", "Turkmenistan", "Turkmenistan", "Turkmenistan",
		"Tuốc-mê-ni-xtan", NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0},
		'-'},
	{"UG", "UGA", "Uganda", "Uganda", "Uganda", "U-gan-đa",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"UY", "URY", "Uruguay", "Uruguay", "Uruguay", "U-ru-goay",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"VA", "VAT", "Vatican", "Vatican", "Vatican", "Tòa thánh Vatican",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"YE", "YEM", "Yemen", "Yemen", "Yemen", "Y-ê-men", NC_COUNTRY_OTHER, 0,
		0, 0, '-', {0, 0, 0}, '-'},
	{"ZM", "ZMB", "Zambia", "Zambia", "Zambia", "Dăm-bi-a",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
	{"ZW", "ZWE", "Zimbabwe", "Zimbabwe", "Zimbabwe", "Dim-ba-bu-ê",
		NC_COUNTRY_OTHER, 0, 0, 0, '-', {0, 0, 0}, '-'},
};

const size_t nc_countries_count =
	sizeof(nc_countries) / sizeof(nc_countries[0]);

const struct nc_country *nc_country_by_code(const char *code)
{
	for (size_t i = 0; i < nc_countries_count; i++)
		if (strcmp(nc_countries[i].iso2, code) == 0 ||
			(nc_countries[i].iso3[0] != '\0' &&
				strcmp(nc_countries[i].iso3, code) == 0))
			return &nc_countries[i];
	return NULL;
}

bool nc_country_name(const struct nc_country *country, size_t index,
	struct nc_slice *ret_name)
{
	const char *alias = country->aliases;

	switch (index) {
	case 0:
		*ret_name = nc_slice_text(country->name_vi);
		return true;
	case 1:
		*ret_name = nc_slice_text(country->full_name_vi);
		return true;
	case 2:
		*ret_name = nc_slice_text(country->name_en);
		return true;
	default:
		break;
	}
	for (index -= 3; *alias != '\0'; index--) {
		size_t size = strcspn(alias, "|");

		if (index == 0) {
			*ret_name = nc_slice(alias, size);
			return true;
		}
		alias += size + (alias[size] == '|');
	}
	return false;
}
