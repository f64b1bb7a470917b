#!/bin/sh
# Every sentence for people has its Vietnamese: gathers the msgids of the
# whole source tree and fails when po/vi.po lacks one, has one untranslated or
# fuzzy, keeps one that nobody says any more, or does not fit its format.
#
# usage: translations.sh             check
#        translations.sh --update    bring po/vi.po up to date, to be filled in
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

find common client server -name '*.c' -o -name '*.h' | LC_ALL=C sort \
	>"$work/sources"
xgettext --files-from="$work/sources" --language=C --from-code=UTF-8 \
	--keyword=_ --keyword=N_ --add-comments=Translators --sort-by-file --add-location=file \
	--package-name=nhipcau --output="$work/nhipcau.pot"

if [ "${1:-}" = --update ]; then
	if [ -e po/vi.po ]; then
		msgmerge --quiet --no-fuzzy-matching --no-wrap --sort-by-file \
			--output-file="$work/vi.po" po/vi.po "$work/nhipcau.pot"
		msgattrib --no-obsolete --no-wrap --output-file="$work/new.po" \
			"$work/vi.po"
	else
		msginit --no-translator --locale=vi_VN.UTF-8 --no-wrap \
			--input="$work/nhipcau.pot" --output-file="$work/new.po"
	fi
	cp "$work/new.po" po/vi.po
	msgfmt --statistics --output-file=/dev/null po/vi.po
	exit 0
fi

msgfmt --check --output-file=/dev/null po/vi.po
# msgcmp: each msgid is there and translated, none fuzzy.
msgcmp po/vi.po "$work/nhipcau.pot"
said=$(msgattrib --no-obsolete "$work/nhipcau.pot" | grep -c '^msgid ')
kept=$(msgattrib --no-obsolete po/vi.po | grep -c '^msgid ')
if [ "$said" != "$kept" ]; then
	echo "po/vi.po has $kept entries and the sources $said:" \
		"tests/translations.sh --update" >&2
	exit 1
fi
echo "$((said - 1)) sentences, all in Vietnamese"
