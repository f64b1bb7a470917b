/* R25, R29: papers that are cited, and papers that go out. */
#include "intake/check_book_work.h"

#include <stdlib.h>
#include <string.h>

/* R25: a record of a paper has what a citation needs. */
static bool has_suffix(const char *symbol)
{
	const char *at = strpbrk(symbol, "/-");

	for (; at != NULL && *at != '\0'; at++)
		if ((*at >= 'A' && *at <= 'Z') || *at < 0)
			return true;
	return false;
}

static enum nc_status check_legal_ref(
	struct book_work *b, const struct nc_check_record *record)
{
	bool suffix = has_suffix(book_text(record, NC_LEGAL_REF_SYMBOL));
	bool date = book_has(record, NC_LEGAL_REF_DATE);
	bool issuer = book_has(record, NC_LEGAL_REF_ISSUER);
	const char *missing =
		check_text(b->work, "%s%s%s%s%s", suffix ? "" : _("suffix"),
			!suffix && (!date || !issuer) ? ", " : "",
			date ? "" : _("date"), !date && !issuer ? ", " : "",
			issuer ? "" : _("issuer"));

	if (suffix && date && issuer)
		return NC_OK;
	return book_tell(b, record,
		!suffix ? (uint32_t)NC_LEGAL_REF_SYMBOL
		: !date ? (uint32_t)NC_LEGAL_REF_DATE
			: (uint32_t)NC_LEGAL_REF_ISSUER,
		&(struct check_told){"R25", NC_CHECK_WARNING, 0,
			book_slice(record, NC_LEGAL_REF_SYMBOL), "", missing,
			NULL,
			check_text(b->work,
				_("The document is cited without: %s."),
				missing)});
}

/* The number that a symbol or a citation names: "38" of "38-CT/TW". */
static int number_in(const char *text)
{
	text += strcspn(text, "0123456789");
	return *text == '\0' ? 0 : atoi(text);
}

/* A paper that was cited in part and that a record knows whole. */
static void complete_citation(struct book_work *b, struct nc_finding *finding)
{
	const struct nc_check_book *book = b->book;
	int number = number_in(finding->words);

	for (size_t i = 0; i < book->count && number > 0; i++) {
		const struct nc_check_record *record = &book->records[i];
		const char *kind;
		char day[NC_DAY_TEXT_SIZE];

		if (record->entity->number != NC_ENTITY_LEGAL_REF ||
			record == finding->record ||
			record->union_number != finding->union_number ||
			number_in(book_text(record, NC_LEGAL_REF_SYMBOL)) !=
				number ||
			!book_has(record, NC_LEGAL_REF_DATE) ||
			!book_has(record, NC_LEGAL_REF_ISSUER))
			continue;
		kind = book_text(record, NC_LEGAL_REF_KIND);
		if (kind[0] != '\0' && strstr(book_phrase(b, finding->words),
					       book_phrase(b, kind)) == NULL)
			continue;
		nc_date_print_day(day, nc_date_stored_first(book_text(
					       record, NC_LEGAL_REF_DATE)));
		kind = check_text(b->work, "%s%s%s, %s, %s", kind,
			kind[0] == '\0' ? "" : " ",
			book_text(record, NC_LEGAL_REF_SYMBOL), day,
			book_text(record, NC_LEGAL_REF_ISSUER));
		kind = nc_arena_text(
			&b->work->check->arena, kind, strlen(kind));
		if (kind != NULL)
			finding->expected = kind;
		return;
	}
}

/* R29. Decree 30/2020/NĐ-CP, appendix III: kinds and their abbreviations. */
static const char *const abbreviations[] = {"BC", "KH", "CTr", "TB", "TTr",
	"HD", "QĐ", "NQ", "QC", "QyĐ", "BB", "GM", "GGT", "BGN", "BTT", "ĐA",
	"PA", "DA", "CĐ", "PG", "PC", "PB"};

static bool is_plan(const char *kind)
{
	return strcmp(kind, "plan") == 0 || strcmp(kind, "cluster-plan") == 0;
}

static bool is_report(const char *kind)
{
	return strcmp(kind, "annual") == 0 || strcmp(kind, "half-year") == 0 ||
	       strcmp(kind, "topic") == 0;
}

static enum nc_status tell_paper(struct book_work *b,
	const struct nc_check_record *record, uint32_t field,
	struct nc_slice words, const char *expected, const char *mend,
	const char *why)
{
	return book_tell(b, record, field,
		&(struct check_told){"R29", NC_CHECK_NOTICE, 0, words, "",
			expected, mend, why});
}

/* "05/KH-LHHN" on a report. */
static enum nc_status check_symbol(
	struct book_work *b, const struct nc_check_record *record)
{
	const char *kind = book_text(record, NC_DOCUMENT_KIND);
	const char *symbol = book_text(record, NC_DOCUMENT_SYMBOL);
	const char *expected = is_plan(kind)	 ? "KH"
			       : is_report(kind) ? "BC"
						 : NULL;
	const char *at = strchr(symbol, '/');
	size_t size = at == NULL ? 0 : strcspn(at + 1, "-");

	if (expected == NULL || size == 0 ||
		(size == strlen(expected) &&
			memcmp(at + 1, expected, size) == 0) ||
		(is_plan(kind) && size == 3 && memcmp(at + 1, "CTr", 3) == 0))
		return NC_OK;
	for (size_t i = 0; i < sizeof(abbreviations) / sizeof(abbreviations[0]);
		i++)
		if (strlen(abbreviations[i]) == size &&
			memcmp(at + 1, abbreviations[i], size) == 0)
			return tell_paper(b, record, NC_DOCUMENT_SYMBOL,
				nc_slice(at + 1, size), expected, expected,
				_("The abbreviation in the symbol is that of "
				  "another kind of document."));
	return NC_OK;
}

/* "Trên đây là kế hoạch …" at the end of a report. */
static enum nc_status check_closing(struct book_work *b,
	const struct nc_check_record *record, uint32_t field, const char *kind)
{
	static const char reports[] = "là báo cáo|là toàn bộ báo cáo";
	static const char plans[] = "là kế hoạch|là toàn bộ kế hoạch";
	struct check_line line NC_AUTO(check_line_fini) = {0};
	struct nc_slice text = book_slice(record, field);
	enum nc_status status;
	size_t at = CHECK_NONE, end = text.size;

	if (text.size == 0 || (!is_plan(kind) && !is_report(kind)))
		return NC_OK;
	status = book_line_read(b, &line, book_text(record, field));
	if (status == NC_OK)
		at = check_find(&line, 0, line.words_count,
			is_plan(kind) ? reports : plans);
	if (at != CHECK_NONE)
		status = tell_paper(b, record, field,
			check_words(&line, at + 1, at + 3),
			is_plan(kind) ? "kế hoạch" : "báo cáo", NULL,
			_("The closing sentence speaks of another kind of "
			  "document."));
	if (status != NC_OK ||
		(text.size >= 3 &&
			memcmp(text.data + text.size - 3, "./.", 3) == 0))
		return status;
	while (end > 0 &&
		(text.data[end - 1] == '.' || text.data[end - 1] == '/' ||
			text.data[end - 1] == ' '))
		end--;
	return tell_paper(b, record, field, text, "./.",
		check_text(
			b->work, "%.*s./.", (int)end, (const char *)text.data),
		_("A document's last sentence ends with ./."));
}

static bool has_phrase(
	struct book_work *b, const char *text, const char *phrases)
{
	struct check_line line NC_AUTO(check_line_fini) = {0};

	return book_line_read(b, &line, text) == NC_OK &&
	       check_find(&line, 0, line.words_count, phrases) != CHECK_NONE;
}

static const char covering[] = "như trên|như kính gửi";

static enum nc_status tell_covering(struct book_work *b,
	const struct nc_check_record *record, uint32_t field,
	struct nc_slice words)
{
	return tell_paper(b, record, field, words, "", NULL,
		_("This recipient belongs on a letter: a plan or report has "
		  "nobody whom it addresses."));
}

static enum nc_status check_recipients(
	struct book_work *b, const struct nc_check_record *record)
{
	struct nc_slice list = book_slice(record, NC_DOCUMENT_RECIPIENTS), item;
	enum nc_status status = NC_OK;
	bool kept = false;

	if (!is_plan(book_text(record, NC_DOCUMENT_KIND)) &&
		!is_report(book_text(record, NC_DOCUMENT_KIND)))
		return NC_OK;
	if (list.size == 0)
		return book_is(record, NC_DOCUMENT_STATUS, "issued") ||
				       book_is(record, NC_DOCUMENT_STATUS,
					       "locked")
			       ? tell_paper(b, record, NC_DOCUMENT_RECIPIENTS,
					 book_slice(record, NC_DOCUMENT_TITLE),
					 _("recipients"), NULL,
					 _("The document has gone out and "
					   "names "
					   "no recipients."))
			       : NC_OK;
	for (size_t i = 0; book_item(list, i, &item) && status == NC_OK; i++) {
		const char *text = check_slice(b->work, item);

		kept = kept || has_phrase(b, text, "lưu");
		if (has_phrase(b, text, covering))
			status = tell_covering(
				b, record, NC_DOCUMENT_RECIPIENTS, item);
	}
	if (status != NC_OK || kept)
		return status;
	return tell_paper(b, record, NC_DOCUMENT_RECIPIENTS, list, "Lưu: …",
		NULL, _("The last recipient is the union's own file (Lưu)."));
}

/* Of a report's recipients as paragraphs: the last one must be the file. */
static bool is_last_recipient(
	const struct book_work *b, const struct nc_check_record *record)
{
	for (size_t i = 0; i < b->book->count; i++) {
		const struct nc_check_record *other = &b->book->records[i];

		if (other->entity->number == NC_ENTITY_REPORT_PART &&
			other->union_number == record->union_number &&
			book_year(other) == book_year(record) &&
			book_is(other, NC_REPORT_PART_KIND,
				book_text(record, NC_REPORT_PART_KIND)) &&
			book_is(other, NC_REPORT_PART_SECTION, "recipients") &&
			strcmp(book_text(other, NC_REPORT_PART_RANK),
				book_text(record, NC_REPORT_PART_RANK)) > 0)
			return false;
	}
	return true;
}

static enum nc_status check_part(
	struct book_work *b, const struct nc_check_record *record)
{
	const char *kind = book_text(record, NC_REPORT_PART_KIND);
	const char *text = book_text(record, NC_REPORT_PART_TEXT);
	struct nc_slice words = book_slice(record, NC_REPORT_PART_TEXT);

	if (book_is(record, NC_REPORT_PART_SECTION, "closing"))
		return check_closing(b, record, NC_REPORT_PART_TEXT, kind);
	if (!book_is(record, NC_REPORT_PART_SECTION, "recipients") ||
		words.size == 0)
		return NC_OK;
	if (has_phrase(b, text, covering))
		return tell_covering(b, record, NC_REPORT_PART_TEXT, words);
	if (!is_last_recipient(b, record) || has_phrase(b, text, "lưu"))
		return NC_OK;
	return tell_paper(b, record, NC_REPORT_PART_TEXT, words, "Lưu: …", NULL,
		_("The last recipient is the union's own file (Lưu)."));
}

static enum nc_status check_document(
	struct book_work *b, const struct nc_check_record *record)
{
	enum nc_status status = check_symbol(b, record);

	if (status == NC_OK)
		status = check_closing(b, record, NC_DOCUMENT_CLOSING,
			book_text(record, NC_DOCUMENT_KIND));
	if (status == NC_OK)
		status = check_recipients(b, record);
	return status;
}

enum nc_status book_check_papers(struct book_work *b)
{
	struct nc_check *check = b->work->check;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < check->count; i++)
		if (strcmp(check->findings[i].rule->id, "R25") == 0)
			complete_citation(b, &check->findings[i]);
	for (size_t i = 0; i < b->book->count && status == NC_OK; i++) {
		const struct nc_check_record *record = &b->book->records[i];
		uint32_t entity = record->entity->number;

		if (entity == NC_ENTITY_LEGAL_REF)
			status = check_legal_ref(b, record);
		else if (book_year(record) != b->book->year)
			continue;
		else if (entity == NC_ENTITY_DOCUMENT)
			status = check_document(b, record);
		else if (entity == NC_ENTITY_REPORT_PART)
			status = check_part(b, record);
	}
	return status;
}
