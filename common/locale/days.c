#include "locale/days.h"

#include "locale/lunar.h"

/* The national days of countries are not repeated here. */
const struct nc_fixed_day nc_fixed_days[] = {
	{"Ngày truyền thống Liên hiệp các tổ chức hữu nghị Việt Nam",
		"Day of the Viet Nam Union of Friendship Organizations", 17, 17,
		11, false, 1950, 'H', "VN"},
	{"Ngày Quốc tế Phụ nữ", "International Women's Day", 8, 8, 3, false,
		1910, 'H', ""},
	{"Ngày Chiến thắng phát xít", "Victory over fascism", 9, 9, 5, false,
		1945, 'H', "RU"},
	{"Chiến thắng chiến tranh biên giới Tây Nam và chế độ diệt chủng",
		"Victory over the genocidal regime", 7, 7, 1, false, 1979, 'H',
		"KH"},
	{"Ngày truyền thống Quân tình nguyện và chuyên gia Việt Nam giúp Lào",
		"Day of Vietnamese volunteers and experts in Laos", 30, 30, 10,
		false, 1949, 'H', "LA"},
	{"Ngày Quốc tế Pháp ngữ", "International Francophonie Day", 20, 20, 3,
		false, 1970, 'H', ""},
	{"Ngày Quốc tế Yoga", "International Day of Yoga", 21, 21, 6, false,
		2015, 'H', "IN"},
	{"Ngày Vì nạn nhân chất độc da cam", "Day for victims of Agent Orange",
		10, 10, 8, false, 1961, 'H', "VN"},
	{"Ngày sinh Fidel Castro", "Birth of Fidel Castro", 13, 13, 8, false,
		1926, 'H', "CU"},
	{"Ngày sinh A. Yersin", "Birth of A. Yersin", 22, 22, 9, false, 1863,
		'H', "FR"},
	{"Ngày mất A. Yersin", "Death of A. Yersin", 1, 1, 3, false, 1943, 'H',
		"FR"},
	{"Giỗ Tổ Hùng Vương", "Hùng Kings' Day", 10, 10, 3, true, 0, 'H', "VN"},
	{"Tết Nguyên đán", "Lunar New Year", 1, 1, 1, true, 0, 'H', "VN"},
	{"Tết Trung thu", "Mid-Autumn", 15, 15, 8, true, 0, 'H', "VN"},
	{"Tết Dương lịch", "New Year's Day", 1, 1, 1, false, 0, 'H', ""},
	{"Noel", "Christmas", 25, 25, 12, false, 0, 'H', ""},
	{"Tết Bunpimay", "Lao New Year", 14, 16, 4, false, 0, 'M', "LA"},
	{"Tết Chol Chnam Thmay", "Khmer New Year", 13, 16, 4, false, 0, 'M',
		"KH"},
	{"Ngày thành lập ngành Ngoại giao Việt Nam",
		"Day of Viet Nam's diplomatic service", 28, 28, 8, false, 1945,
		'M', "VN"},
	{"Ngày Giải phóng miền Nam, thống nhất đất nước", "Reunification Day",
		30, 30, 4, false, 1975, 'H', "VN"},
	{"Ngày sinh Chủ tịch Hồ Chí Minh", "Birth of President Hồ Chí Minh", 19,
		19, 5, false, 1890, 'H', "VN"},
	{"Ngày truyền thống Mặt trận Tổ quốc Việt Nam",
		"Day of the Viet Nam Fatherland Front", 18, 18, 11, false, 1930,
		'M', "VN"},
	{"Việt Nam gia nhập ASEAN", "Viet Nam joins ASEAN", 28, 28, 7, false,
		1995, 'H', "VN"},
	{"Ký Hiệp ước Hữu nghị và Hợp tác Việt Nam - Lào",
		"Treaty of Friendship and Cooperation of Viet Nam and Laos", 18,
		18, 7, false, 1977, 'H', "LA"},
};

const size_t nc_fixed_days_count =
	sizeof(nc_fixed_days) / sizeof(nc_fixed_days[0]);

/* A lunar year's last months fall in the next solar year. */
static bool lunar_in_year(int year, int month, int day, struct nc_day *ret_day)
{
	for (int lunar = year; lunar >= year - 1; lunar--)
		if (nc_lunar_to_solar(lunar, month, false, day, ret_day) &&
			ret_day->year == year)
			return true;
	return false;
}

bool nc_fixed_day_in_year(const struct nc_fixed_day *day, int year,
	struct nc_day *ret_from, struct nc_day *ret_to)
{
	struct nc_day from = {year, day->month, day->day};

	if (day->lunar && !lunar_in_year(year, day->month, day->day, &from))
		return false;
	if (!nc_day_is_valid(from) || (day->since != 0 && year < day->since))
		return false;
	*ret_from = from;
	*ret_to = nc_day_add(from, day->last_day - day->day);
	return true;
}

bool nc_anniversary_in_year(
	struct nc_day since, int year, struct nc_day *ret_day)
{
	struct nc_day day = {year, since.month, since.day};

	if (!nc_day_is_valid(since) || year < since.year)
		return false;
	if (day.month == 2 && day.day == 29 && !nc_day_is_leap_year(year))
		day.day = 28;
	if (!nc_day_is_valid(day))
		return false;
	*ret_day = day;
	return true;
}

bool nc_national_day_in_year(
	const struct nc_country *country, int year, struct nc_day *ret_day)
{
	struct nc_day day = {
		year, country->national_month, country->national_day};

	if (!nc_day_is_valid(day) || year < country->national_since)
		return false;
	*ret_day = day;
	return true;
}
