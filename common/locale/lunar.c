#include "locale/lunar.h"

#include <math.h>
#include <stdio.h>

#define DEGREE 0.017453292519943295
#define J2000 2451545.0
#define ZONE (7.0 / 24.0) /* Vietnamese time, days */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One periodic term of chapter 49: coefficient in days times the sine of
 * m M + mm M' + f F, times E to the power |m|. */
struct moon_term {
	double days;
	int8_t m, mm, f;
};

static const struct moon_term moon_terms[] = {
	{-0.40720, 0, 1, 0},
	{0.17241, 1, 0, 0},
	{0.01608, 0, 2, 0},
	{0.01039, 0, 0, 2},
	{0.00739, -1, 1, 0},
	{-0.00514, 1, 1, 0},
	{0.00208, 2, 0, 0},
	{-0.00111, 0, 1, -2},
	{-0.00057, 0, 1, 2},
	{0.00056, 1, 2, 0},
	{-0.00042, 0, 3, 0},
	{0.00042, 1, 0, 2},
	{0.00038, 1, 0, -2},
	{-0.00024, -1, 2, 0},
	{-0.00007, 2, 1, 0},
	{0.00004, 0, 2, -2},
	{0.00004, 3, 0, 0},
	{0.00003, 1, 1, -2},
	{0.00003, 0, 2, 2},
	{-0.00003, 1, 1, 2},
	{0.00003, -1, 1, 2},
	{-0.00002, -1, 1, -2},
	{-0.00002, 1, 3, 0},
	{0.00002, 0, 4, 0},
};

/* The planets' terms of chapter 49: millionths of a day times the sine of
 * start + rate k, in degrees (the first has a term in T squared too). */
static const struct {
	double micro_days, start, rate;
} planet_terms[] = {
	{325, 299.77, 0.107408},
	{165, 251.88, 0.016321},
	{164, 251.83, 26.651886},
	{126, 349.42, 36.412478},
	{110, 84.66, 18.206239},
	{62, 141.74, 53.303771},
	{60, 207.14, 2.453732},
	{56, 154.84, 7.306860},
	{47, 34.52, 27.261239},
	{42, 207.19, 0.121824},
	{40, 291.34, 1.844379},
	{37, 161.72, 24.198154},
	{35, 239.56, 25.513099},
	{23, 331.55, 3.592518},
};

/* Terrestrial time of new moon k (0 is that of 6 January 2000), chapter 49. */
static double new_moon_tt(int k)
{
	double t = k / 1236.85, t2 = t * t, t3 = t2 * t, t4 = t3 * t;
	double e = 1 - 0.002516 * t - 0.0000074 * t2;
	double m = 2.5534 + 29.10535670 * k - 0.0000014 * t2 - 0.00000011 * t3;
	double mm = 201.5643 + 385.81693528 * k + 0.0107582 * t2 +
		    0.00001238 * t3 - 0.000000058 * t4;
	double f = 160.7108 + 390.67050284 * k - 0.0016118 * t2 -
		   0.00000227 * t3 + 0.000000011 * t4;
	double node =
		124.7746 - 1.56375588 * k + 0.0020672 * t2 + 0.00000215 * t3;
	double at = 2451550.09766 + 29.530588861 * k + 0.00015437 * t2 -
		    0.000000150 * t3 + 0.00000000073 * t4;

	at -= 0.00017 * sin(node * DEGREE);
	for (size_t i = 0; i < COUNT(moon_terms); i++) {
		const struct moon_term *term = &moon_terms[i];
		double sine = sin(
			(term->m * m + term->mm * mm + term->f * f) * DEGREE);

		for (int n = term->m < 0 ? -term->m : term->m; n > 0; n--)
			sine *= e;
		at += term->days * sine;
	}
	for (size_t i = 0; i < COUNT(planet_terms); i++) {
		double angle = planet_terms[i].start + planet_terms[i].rate * k;

		if (i == 0)
			angle -= 0.009173 * t2;
		at += planet_terms[i].micro_days * 1e-6 * sin(angle * DEGREE);
	}
	return at;
}

/* Terrestrial minus universal time in days, after Espenak and Meeus, by year
 * with its fraction, 1899 to 2201. */
static double delta_t(double julian)
{
	double year = 2000 + (julian - J2000) / 365.25, t, u, s;

	u = (year - 1820) / 100;
	if (year < 1920) {
		t = year - 1900;
		s = -2.79 +
		    t * (1.494119 +
				t * (-0.0598939 +
					    t * (0.0061966 - t * 0.000197)));
	} else if (year < 1941) {
		t = year - 1920;
		s = 21.20 + t * (0.84493 + t * (-0.076100 + t * 0.0020936));
	} else if (year < 1961) {
		t = year - 1950;
		s = 29.07 + t * (0.407 + t * (-1.0 / 233 + t / 2547));
	} else if (year < 1986) {
		t = year - 1975;
		s = 45.45 + t * (1.067 + t * (-1.0 / 260 - t / 718));
	} else if (year < 2005) {
		t = year - 2000;
		s = 63.86 +
		    t * (0.3345 +
				t * (-0.060374 +
					    t * (0.0017275 +
							t * (0.000651814 +
								    t * 0.00002373599))));
	} else if (year < 2050) {
		t = year - 2000;
		s = 62.92 + t * (0.32217 + t * 0.005589);
	} else if (year < 2150) {
		s = -20 + 32 * u * u - 0.5628 * (2150 - year);
	} else {
		s = -20 + 32 * u * u;
	}
	return s / 86400;
}

/* The Vietnamese day on which new moon k falls. */
static int64_t new_moon_day(int k)
{
	double at = new_moon_tt(k);

	return (int64_t)floor(at - delta_t(at) + ZONE + 0.5);
}

/* The Earth's heliocentric longitude, appendix III: a cos(b + c tau). */
struct earth_term {
	double a, b, c;
};

static const struct earth_term earth_l0[] = {
	{175347046, 0, 0},
	{3341656, 4.6692568, 6283.0758500},
	{34894, 4.62610, 12566.15170},
	{3497, 2.7441, 5753.3849},
	{3418, 2.8289, 3.5231},
	{3136, 3.6277, 77713.7715},
	{2676, 4.4181, 7860.4194},
	{2343, 6.1352, 3930.2097},
	{1324, 0.7425, 11506.7698},
	{1273, 2.0371, 529.6910},
	{1199, 1.1096, 1577.3435},
	{990, 5.233, 5884.927},
	{902, 2.045, 26.298},
	{857, 3.508, 398.149},
	{780, 1.179, 5223.694},
	{753, 2.533, 5507.553},
	{505, 4.583, 18849.228},
	{492, 4.205, 775.523},
	{357, 2.920, 0.067},
	{317, 5.849, 11790.629},
	{284, 1.899, 796.298},
	{271, 0.315, 10977.079},
	{243, 0.345, 5486.778},
	{206, 4.806, 2544.314},
	{205, 1.869, 5573.143},
	{202, 2.458, 6069.777},
	{156, 0.833, 213.299},
	{132, 3.411, 2942.463},
	{126, 1.083, 20.775},
	{115, 0.645, 0.980},
	{103, 0.636, 4694.003},
	{102, 0.976, 15720.839},
	{102, 4.267, 7.114},
	{99, 6.21, 2146.17},
	{98, 0.68, 155.42},
	{86, 5.98, 161000.69},
	{85, 1.30, 6275.96},
	{85, 3.67, 71430.70},
	{80, 1.81, 17260.15},
	{79, 3.04, 12036.46},
	{75, 1.76, 5088.63},
	{74, 3.50, 3154.69},
	{74, 4.68, 801.82},
	{70, 0.83, 9437.76},
	{62, 3.98, 8827.39},
	{61, 1.82, 7084.90},
	{57, 2.78, 6286.60},
	{56, 4.39, 14143.50},
	{56, 3.47, 6279.55},
	{52, 0.19, 12139.55},
	{52, 1.33, 1748.02},
	{51, 0.28, 5856.48},
	{49, 0.49, 1194.45},
	{41, 5.37, 8429.24},
	{41, 2.40, 19651.05},
	{39, 6.17, 10447.39},
	{37, 6.04, 10213.29},
	{37, 2.57, 1059.38},
	{36, 1.71, 2352.87},
	{36, 1.78, 6812.77},
	{33, 0.59, 17789.85},
	{30, 0.44, 83996.85},
	{30, 2.74, 1349.87},
	{25, 3.16, 4690.48},
};
static const struct earth_term earth_l1[] = {
	{628331966747.0, 0, 0},
	{206059, 2.678235, 6283.075850},
	{4303, 2.6351, 12566.1517},
	{425, 1.590, 3.523},
	{119, 5.796, 26.298},
	{109, 2.966, 1577.344},
	{93, 2.59, 18849.23},
	{72, 1.14, 529.69},
	{68, 1.87, 398.15},
	{67, 4.41, 5507.55},
	{59, 2.89, 5223.69},
	{56, 2.17, 155.42},
	{45, 0.40, 796.30},
	{36, 0.47, 775.52},
	{29, 2.65, 7.11},
	{21, 5.34, 0.98},
	{19, 1.85, 5486.78},
	{19, 4.97, 213.30},
	{17, 2.99, 6275.96},
	{16, 0.03, 2544.31},
};
static const struct earth_term earth_l2[] = {
	{52919, 0, 0},
	{8720, 1.0721, 6283.0758},
	{309, 0.867, 12566.152},
	{27, 0.05, 3.52},
	{16, 5.19, 26.30},
	{16, 3.68, 155.42},
	{10, 0.76, 18849.23},
};
static const struct earth_term earth_l3[] = {
	{289, 5.844, 6283.076},
	{35, 0, 0},
	{17, 5.49, 12566.15},
};

static double earth_sum(
	const struct earth_term *terms, size_t count, double tau)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += terms[i].a * cos(terms[i].b + terms[i].c * tau);
	return sum * 1e-8;
}

/* Nutation in longitude, degrees: the four largest terms of chapter 22. */
static double nutation(double t)
{
	double node = 125.04452 - 1934.136261 * t;
	double sun = 280.4665 + 36000.7698 * t;
	double moon = 218.3165 + 481267.8813 * t;

	return (-17.20 * sin(node * DEGREE) - 1.32 * sin(2 * sun * DEGREE) -
		       0.23 * sin(2 * moon * DEGREE) +
		       0.21 * sin(2 * node * DEGREE)) /
	       3600;
}

/* The sun's apparent longitude in degrees, 0 to 360, of the equinox of date
 * (chapter 25, higher accuracy), at a universal time. */
static double sun_longitude(double julian_ut)
{
	double t = (julian_ut + delta_t(julian_ut) - J2000) / 36525;
	double tau = t / 10;
	double l =
		earth_sum(earth_l0, COUNT(earth_l0), tau) +
		tau * (earth_sum(earth_l1, COUNT(earth_l1), tau) +
			      tau * (earth_sum(earth_l2, COUNT(earth_l2), tau) +
					    tau * earth_sum(earth_l3,
							  COUNT(earth_l3),
							  tau)));
	double anomaly = (357.52911 + 35999.05029 * t) * DEGREE;
	double radius =
		1.00014 - 0.01671 * cos(anomaly) - 0.00014 * cos(2 * anomaly);
	double degrees = l / DEGREE + 180;

	/* to the FK5 system; nutation; aberration */
	degrees += -0.09033 / 3600 + nutation(t) - 20.4898 / 3600 / radius;
	degrees = fmod(degrees, 360);
	return degrees < 0 ? degrees + 360 : degrees;
}

/* In which twelfth of its way the sun is when a Vietnamese day begins: two
 * months that begin in one have no major term between them. */
static int sun_sector(int64_t day)
{
	return (int)(sun_longitude((double)day - 0.5 - ZONE) / 30) % 12;
}

/* The new moon that begins month 11 of a solar year: the last one that comes
 * no later than the day of the solstice (270 degrees). */
static int month_11(int year)
{
	int64_t last = nc_day_number((struct nc_day){year, 12, 31});
	int k = (int)floor(((double)last - 2451550.1) / 29.530588861) + 1;

	while (new_moon_day(k) > last)
		k--;
	return sun_sector(new_moon_day(k)) >= 9 ? k - 1 : k;
}

/* The months from month 11 of a year up to the next one. */
static size_t months_from_11(int first, int next, struct nc_lunar_month *months)
{
	size_t count = (size_t)(next - first);
	int64_t start = new_moon_day(first);
	int sector = sun_sector(start), number = 11;
	bool leap_due = count == 13;

	for (size_t i = 0; i < count; i++) {
		int64_t end = new_moon_day(first + (int)i + 1);
		int end_sector = leap_due ? sun_sector(end) : -1;
		bool leap = leap_due && i > 0 && sector == end_sector;

		if (i > 0 && !leap)
			number = number % 12 + 1;
		leap_due = leap_due && !leap;
		months[i] = (struct nc_lunar_month){
			start, number, leap, (int)(end - start)};
		start = end;
		sector = end_sector;
	}
	return count;
}

static void lunar_year(int year, struct nc_lunar_year *ret_year)
{
	struct nc_lunar_month months[2 * NC_LUNAR_MONTHS_MAX];
	int before = month_11(year - 1), at = month_11(year),
	    after = month_11(year + 1);
	size_t count = months_from_11(before, at, months), first = 0;

	while (months[first].number != 1)
		first++;
	count += months_from_11(at, after, months + count);
	ret_year->year = year;
	ret_year->count = 0;
	for (size_t i = first; i < count; i++) {
		if (i > first && months[i].number == 1 && !months[i].leap &&
			months[i - 1].number == 12)
			break;
		NC_ASSERT(ret_year->count < NC_LUNAR_MONTHS_MAX);
		ret_year->months[ret_year->count++] = months[i];
	}
}

bool nc_lunar_year(int year, struct nc_lunar_year *ret_year)
{
	if (year < NC_LUNAR_YEAR_MIN || year > NC_LUNAR_YEAR_MAX)
		return false;
	lunar_year(year, ret_year);
	return true;
}

bool nc_lunar_from_solar(
	const struct nc_day *solar, struct nc_lunar_day *ret_lunar)
{
	struct nc_lunar_year year;
	int64_t number;
	size_t i;

	if (!nc_day_is_valid(*solar) || solar->year < NC_LUNAR_YEAR_MIN ||
		solar->year > NC_LUNAR_YEAR_MAX + 1)
		return false;
	number = nc_day_number(*solar);
	lunar_year(solar->year, &year);
	if (year.months[0].start > number)
		lunar_year(solar->year - 1, &year);
	if (year.year > NC_LUNAR_YEAR_MAX)
		return false;
	for (i = year.count - 1; year.months[i].start > number; i--)
		NC_ASSERT(i > 0);
	*ret_lunar = (struct nc_lunar_day){year.year, year.months[i].number,
		(int)(number - year.months[i].start) + 1, year.months[i].leap};
	return true;
}

bool nc_lunar_to_solar(
	int year, int month, bool leap, int day, struct nc_day *ret_solar)
{
	struct nc_lunar_year of;

	if (!nc_lunar_year(year, &of))
		return false;
	for (size_t i = 0; i < of.count; i++) {
		const struct nc_lunar_month *at = &of.months[i];

		if (at->number != month || at->leap != leap)
			continue;
		if (day < 1 || day > at->days)
			return false;
		*ret_solar = nc_day_of_number(at->start + day - 1);
		return true;
	}
	return false;
}

static int positive_mod(int64_t value, int by)
{
	int rest = (int)(value % by);

	return rest < 0 ? rest + by : rest;
}

static void can_chi(int64_t stem, int64_t branch, char name[NC_CAN_CHI_MAX])
{
	static const char *const stems[] = {"Giáp", "Ất", "Bính", "Đinh", "Mậu",
		"Kỷ", "Canh", "Tân", "Nhâm", "Quý"};
	static const char *const branches[] = {"Tý", "Sửu", "Dần", "Mão",
		"Thìn", "Tỵ", "Ngọ", "Mùi", "Thân", "Dậu", "Tuất", "Hợi"};

	snprintf(name, NC_CAN_CHI_MAX, "%s %s", stems[positive_mod(stem, 10)],
		branches[positive_mod(branch, 12)]);
}

void nc_lunar_year_name(int year, char name[NC_CAN_CHI_MAX])
{
	can_chi((int64_t)year + 6, (int64_t)year + 8, name);
}

/* Month 11 is always of Tý; stems go on from year to year. */
void nc_lunar_month_name(int year, int month, char name[NC_CAN_CHI_MAX])
{
	can_chi((int64_t)year * 12 + month + 3, (int64_t)month + 1, name);
}
