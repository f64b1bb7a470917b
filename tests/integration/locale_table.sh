#!/bin/sh
# One table of the domain reference through locale_cases.
# usage: locale_table.sh LOCALE_CASES KIND FILE.csv
# Exit 77 (skipped) where there is no such file.
set -eu
if [ ! -e "$3" ]; then
	echo "skipped: there is no $3"
	exit 77
fi
exec "$1" "$2" "$3"
