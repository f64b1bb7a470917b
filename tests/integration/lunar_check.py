#!/usr/bin/env python3
"""The lunar calendar again, by other formulas, month for month.

usage: lunar_check.py BIN_DIR [FROM TO]
Computes every lunar month of the years FROM to TO (1968 to 2071), writes the
first and the last day of each as a table with the columns of lunar_pairs.csv,
and lets BIN_DIR/locale_cases read it: exit 1 when it disagrees. With
--all, also counts disagreements over 1900 to 2199, which fail nothing: where a
new moon or a term falls within a minute of midnight, or the Earth's turning
is not known, two sound computations may part.

Nothing here is a translation of common/locale/lunar.c: the new moon is found
by bisection on the elongation, the moon's place is the sum of Meeus, chapter
47, and the sun's is Newcomb's theory (Meeus, Astronomical Formulae for
Calculators, chapter 18) instead of VSOP87; terms are found as instants, not
as sectors at midnight.
"""
import csv
import datetime
import math
import pathlib
import subprocess
import sys
import tempfile

ZONE = 7 / 24
STEMS = "Giáp Ất Bính Đinh Mậu Kỷ Canh Tân Nhâm Quý".split()
BRANCHES = "Tý Sửu Dần Mão Thìn Tỵ Ngọ Mùi Thân Dậu Tuất Hợi".split()

# D, M, M', F, millionths of a degree: table 47.A, longitude.
MOON = """0 0 1 0 6288774|2 0 -1 0 1274027|2 0 0 0 658314|0 0 2 0 213618
0 1 0 0 -185116|0 0 0 2 -114332|2 0 -2 0 58793|2 -1 -1 0 57066|2 0 1 0 53322
2 -1 0 0 45758|0 1 -1 0 -40923|1 0 0 0 -34720|0 1 1 0 -30383|2 0 0 -2 15327
0 0 1 2 -12528|0 0 1 -2 10980|4 0 -1 0 10675|0 0 3 0 10034|4 0 -2 0 8548
2 1 -1 0 -7888|2 1 0 0 -6766|1 0 -1 0 -5163|1 1 0 0 4987|2 -1 1 0 4036
2 0 2 0 3994|4 0 0 0 3861|2 0 -3 0 3665|0 1 -2 0 -2689|2 0 -1 2 -2602
2 -1 -2 0 2390|1 0 1 0 -2348|2 -2 0 0 2236|0 1 2 0 -2120|0 2 0 0 -2069
2 -2 -1 0 2048|2 0 1 -2 -1773|2 0 0 2 -1595|4 -1 -1 0 1215|0 0 2 2 -1110
3 0 -1 0 -892|2 1 1 0 -810|4 -1 -2 0 759|0 2 -1 0 -713|2 2 -1 0 -700
2 1 -2 0 691|2 -1 0 -2 596|4 0 1 0 549|0 0 4 0 537|4 -1 0 0 520
1 0 -2 0 -487|2 1 0 -2 -399|0 0 2 -2 -381|1 1 1 0 351|3 0 -2 0 -340
4 0 -3 0 330|2 -1 2 0 327|0 2 1 0 -323|1 1 -1 0 299|2 0 3 0 294"""
MOON = [tuple(map(int, row.split()))
        for row in MOON.replace("\n", "|").split("|")]


def sin(degrees):
    return math.sin(math.radians(degrees))


def cos(degrees):
    return math.cos(math.radians(degrees))


def sun(jde):
    """Newcomb: apparent longitude, degrees (not reduced)."""
    t = (jde - 2415020.0) / 36525
    mean = 279.69668 + 36000.76892 * t + 0.0003025 * t * t
    m = 358.47583 + 35999.04975 * t - 0.00015 * t * t - 0.0000033 * t ** 3
    center = ((1.919460 - 0.004789 * t - 0.000014 * t * t) * sin(m)
              + (0.020094 - 0.0001 * t) * sin(2 * m) + 0.000293 * sin(3 * m))
    pulls = (0.00134 * cos(153.23 + 22518.7541 * t)
             + 0.00154 * cos(216.57 + 45037.5082 * t)
             + 0.00200 * cos(312.69 + 32964.3577 * t)
             + 0.00179 * sin(350.74 + 445267.1142 * t - 0.00144 * t * t)
             + 0.00178 * sin(231.19 + 20.20 * t))
    return (mean + center + pulls - 0.00569
            - 0.00479 * sin(259.18 - 1934.142 * t))


def moon(jde):
    """Chapter 47: apparent longitude, degrees (not reduced)."""
    t = (jde - 2451545.0) / 36525
    mean = (218.3164477 + 481267.88123421 * t - 0.0015786 * t * t
            + t ** 3 / 538841 - t ** 4 / 65194000)
    d = (297.8501921 + 445267.1114034 * t - 0.0018819 * t * t
         + t ** 3 / 545868 - t ** 4 / 113065000)
    m = 357.5291092 + 35999.0502909 * t - 0.0001536 * t * t + t ** 3 / 24490000
    mm = (134.9633964 + 477198.8675055 * t + 0.0087414 * t * t
          + t ** 3 / 69699 - t ** 4 / 14712000)
    f = (93.2720950 + 483202.0175233 * t - 0.0036539 * t * t
         - t ** 3 / 3526000 + t ** 4 / 863310000)
    e = 1 - 0.002516 * t - 0.0000074 * t * t
    total = (3958 * sin(119.75 + 131.849 * t) + 1962 * sin(mean - f)
             + 318 * sin(53.09 + 479264.290 * t))
    for nd, nm, nmm, nf, size in MOON:
        total += (size * e ** abs(nm)
                  * sin(nd * d + nm * m + nmm * mm + nf * f))
    return mean + total / 1e6 - 0.00479 * sin(259.18 - 1934.142
                                              * (t + 1.0))


def delta_t(jde):
    """Seconds. Measured values (to 2025) joined by lines, then the parabola
    that Morrison and Stephenson give, brought down to the last of them."""
    year = 2000 + (jde - 2451545) / 365.25
    known = [(1890, -5.9), (1900, -2.7), (1905, 3.9), (1910, 10.4),
             (1915, 17.2), (1920, 21.2), (1930, 24.0), (1940, 24.3),
             (1950, 29.1), (1960, 33.2), (1970, 40.2), (1980, 50.5),
             (1990, 56.9), (2000, 63.8), (2010, 66.1), (2020, 69.4),
             (2025, 69.2)]
    if year < 2025:
        for (y0, d0), (y1, d1) in zip(known, known[1:]):
            if year < y1:
                return d0 + (d1 - d0) * (year - y0) / (y1 - y0)
    # Between today's slow growth and the parabola's: the mean of the two.
    u = (year - 1820) / 100
    slow = 69.2 + 0.3 * (year - 2025)
    return (slow + max(slow, -20 + 32 * u * u)) / 2


def turn(value):
    """To -180 .. 180."""
    return (value + 180) % 360 - 180


def bisect(function, low, high):
    """Where a rising function of time, in degrees, passes zero."""
    for _ in range(40):
        middle = (low + high) / 2
        if turn(function(middle)) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def local(jde):
    """Vietnamese civil time as a fractional Julian day number that turns at
    midnight."""
    return jde - delta_t(jde) / 86400 + ZONE + 0.5


def new_moons(first_year, last_year):
    """(day number, distance from midnight in minutes) in order."""
    found = []
    at = 2415021.0 + (first_year - 1900) * 365.2425 - 40
    end = 2415021.0 + (last_year - 1900) * 365.2425 + 800
    while at < end:
        guess = at - turn(moon(at) - sun(at)) / 12.19
        here = bisect(lambda j: moon(j) - sun(j), guess - 2, guess + 2)
        moment = local(here)
        if not found or moment - found[-1][0] > 20:
            day = math.floor(moment)
            edge = min(moment - day, day + 1 - moment) * 1440
            found.append((day, edge))
        at = here + 29.53
    return found


def terms(first_year, last_year):
    """{year: day of its solstice}, and the set of days with a major term."""
    solstices, days = {}, set()
    for year in range(first_year, last_year + 2):
        march = 2451623.8 + (year - 2000) * 365.24237
        for index in range(12):
            guess = march + index * 30.44
            target = index * 30.0
            guess -= turn(sun(guess) - target) / 0.9856
            here = bisect(lambda j: sun(j) - target, guess - 3, guess + 3)
            day = math.floor(local(here))
            days.add(day)
            if index == 9:
                solstices[year] = day
    return solstices, days


def months(first_year, last_year):
    """Rows (start day, number, leap, lunar year, days) of lunar years."""
    moons = [day for day, _ in new_moons(first_year - 2, last_year)]
    solstices, majors = terms(first_year - 2, last_year)
    rows = []
    for year in range(first_year - 1, last_year + 1):
        # month 11 of `year` up to that of the next
        starts = [i for i, day in enumerate(moons) if day <= solstices[year]]
        ends = [i for i, day in enumerate(moons)
                if day <= solstices[year + 1]]
        a, b = starts[-1], ends[-1]
        number, leap_left = 10, b - a == 13
        for i in range(a, b):
            bare = not any(d in majors for d in range(moons[i], moons[i + 1]))
            leap = leap_left and bare
            if leap:
                leap_left = False
            else:
                number = number % 12 + 1
            of_year = year if number >= 11 else year + 1
            rows.append((moons[i], number, leap, of_year,
                         moons[i + 1] - moons[i]))
    return [row for row in rows if first_year <= row[3] <= last_year]


def iso(day):
    return (datetime.date(2000, 1, 1)
            + datetime.timedelta(days=day - 2451545)).isoformat()


def write_table(rows, path):
    with open(path, "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["solar_iso", "lunar_day", "lunar_month",
                        "is_leap_month", "lunar_year", "can_chi_year"])
        for start, number, leap, year, days in rows:
            name = STEMS[(year + 6) % 10] + " " + BRANCHES[(year + 8) % 12]
            for day in (1, days):
                table.writerow([iso(start + day - 1), day, number, int(leap),
                                year, name])


def run(program, rows, folder):
    path = pathlib.Path(folder) / "months.csv"
    write_table(rows, path)
    return subprocess.run([program, "lunar", path], capture_output=True,
                          text=True)


def main():
    words = [w for w in sys.argv[1:] if w != "--all"]
    program = pathlib.Path(words[0]) / "locale_cases"
    first, last = (int(words[1]), int(words[2])) if len(words) == 3 else (
        1968, 2071)
    with tempfile.TemporaryDirectory() as folder:
        rows = months(first, last)
        done = run(program, rows, folder)
        print("%d months of %d to %d: %s" % (
            len(rows), first, last,
            "all agree" if done.returncode == 0 else "THEY DISAGREE"))
        if done.returncode != 0:
            print(done.stdout + done.stderr)
        if "--all" in sys.argv:
            everything = run(program, months(1900, 2199), folder)
            print("1900 to 2199 (fails nothing):")
            print(everything.stdout + everything.stderr)
    return 1 if done.returncode != 0 or len(rows) < 12 else 0


if __name__ == "__main__":
    sys.exit(main())
