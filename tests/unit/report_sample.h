/*
 * What the report tests share: a small plan of four invented unions, and
 * readers for what the writers printed. Included by one test each, so all of
 * it is static.
 */
#ifndef NC_TEST_REPORT_SAMPLE_H
#define NC_TEST_REPORT_SAMPLE_H

#include "unit.h"

#include "base/memory.h"
#include "report/document.h"
#include "report/plan_report.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zip.h>

#define OUT_MAX (64 * 1024 * 1024)

#define SAID(sequence_, author_)                                               \
	{                                                                      \
		.device = 0x0123456789abcdefULL, .sequence = sequence_,        \
		.author = author_                                              \
	}
#define ID(last)                                                               \
	{                                                                      \
		{                                                              \
			0x01, 0x8c, 0xc2, 0x51, 0xf4, 0x00, 0x70, 0x00, 0x80,  \
				0, 0, 0, 0, 0, 0, last                         \
		}                                                              \
	}

/* Lá Xanh: leads, two sections, three levels, a line end inside an item. */
static struct nc_plan_lead green_leads[] = {
	{"Năm nay Liên hiệp tập trung vào ba việc chính, bám sát kế hoạch "
	 "chung và điều kiện của đơn vị.",
		0, ID(1), SAID(1, "Văn phòng")},
};
static struct nc_plan_item green_visits[] = {
	{1, "Đón khoảng 12 đoàn khách đến thăm và làm việc.", 0, ID(2),
		SAID(2, "Văn phòng")},
	{2, "Quý I: 03 đoàn;\nQuý II: 09 đoàn.", 0, ID(3),
		SAID(2, "Văn phòng")},
	{3, "Trong đó có 02 đoàn thanh niên.", 0, ID(4), SAID(2, "Văn phòng")},
	{1, "Cử 01 đoàn đi trao đổi kinh nghiệm.", 0, ID(5),
		SAID(3, "Văn phòng")},
};
static struct nc_plan_lead green_aid_leads[] = {
	{"Giữ các đối tác đang có.", 0, ID(6), SAID(4, "Văn phòng")},
};
static struct nc_plan_item green_aid[] = {
	{1, "Vận động 02 dự án nước sạch, trị giá 1,5 tỷ đồng.", 0, ID(7),
		SAID(4, "Văn phòng")},
};
static struct nc_plan_section green_sections[] = {
	{"a", "Đoàn vào, đoàn ra", "delegations", 0, NULL, 0, green_visits,
		COUNT(green_visits)},
	{"b", "Công tác phi chính phủ nước ngoài", "ngo", 0, green_aid_leads,
		COUNT(green_aid_leads), green_aid, COUNT(green_aid)},
};

/* Sông Lớn: no headings; an item under no other. */
static struct nc_plan_item river_items[] = {
	{2, "Tổ chức gặp mặt nhân ngày hữu nghị.", 0, ID(8), SAID(1, "Lan")},
	{1, "Ra 04 số bản tin.", 0, ID(9), SAID(1, "Lan")},
};
static struct nc_plan_section river_sections[] = {
	{"", "", "general", 0, NULL, 0, river_items, COUNT(river_items)},
};

/* Đồi Gió: only leads. Cát Vàng: nothing. */
static struct nc_plan_lead hill_leads[] = {
	{"Đơn vị đang kiện toàn.", 0, ID(10), SAID(1, "Minh")},
	{"Kế hoạch gửi sau.", 0, ID(11), SAID(1, "Minh")},
};

static struct nc_plan_union sample_unions[] = {
	{"la-xanh", "Liên hiệp tỉnh Lá Xanh", ID(101), 0, green_leads,
		COUNT(green_leads), green_sections, COUNT(green_sections),
		NULL},
	{"song-lon", "Liên hiệp tỉnh Sông Lớn:", ID(102), 0, NULL, 0,
		river_sections, COUNT(river_sections), NULL},
	{"doi-gio", "Liên hiệp tỉnh Đồi Gió", ID(103), 0, hill_leads,
		COUNT(hill_leads), NULL, 0, NULL},
	{"cat-vang", "Liên hiệp tỉnh Cát Vàng", ID(104), 0, NULL, 0, NULL, 0,
		NULL},
};

static inline struct nc_plan sample_plan(void)
{
	struct nc_plan plan;

	nc_plan_init(&plan);
	plan.year = 2024;
	plan.cluster_name = "Cụm Thử";
	plan.unions = sample_unions;
	plan.unions_count = COUNT(sample_unions);
	return plan;
}

static inline void print_plan(const struct nc_plan *plan,
	enum nc_report_layout layout, enum nc_report_format format,
	struct nc_buffer *out)
{
	struct nc_error err = {.text = ""};
	enum nc_status status;

	nc_buffer_init(out, OUT_MAX);
	status = nc_report_plan(plan, layout, format, out, &err);
	if (status != NC_OK)
		fail_msg("%s: %s", nc_status_name(status), err.text);
}

/* Reading an archive's part; the caller frees. */
static inline char *part_read(zip_t *zip, zip_uint64_t index, size_t *ret_size)
{
	zip_stat_t stat;
	zip_file_t *file;
	char *bytes;

	assert_int_equal(zip_stat_index(zip, index, 0, &stat), 0);
	assert_int_equal(stat.mtime % 2, 0);
	bytes = malloc(stat.size + 1);
	assert_non_null(bytes);
	file = zip_fopen_index(zip, index, 0);
	assert_non_null(file);
	assert_int_equal(zip_fread(file, bytes, stat.size), stat.size);
	zip_fclose(file);
	bytes[stat.size] = '\0';
	*ret_size = stat.size;
	return bytes;
}

static inline xmlDocPtr xml_read(const char *bytes, size_t size)
{
	xmlDocPtr doc = xmlReadMemory(bytes, (int)size, NULL, "UTF-8",
		XML_PARSE_NONET | XML_PARSE_HUGE);

	if (doc == NULL)
		fail_msg("not well-formed: %.200s", bytes);
	return doc;
}

/* Checks that every part is well-formed; returns word/document.xml. */
static inline xmlDocPtr docx_read(const struct nc_buffer *package)
{
	zip_source_t *source =
		zip_source_buffer_create(package->data, package->size, 0, NULL);
	zip_t *zip = zip_open_from_source(source, ZIP_RDONLY, NULL);
	xmlDocPtr found = NULL;

	assert_non_null(zip);
	assert_int_equal(zip_get_num_entries(zip, 0), 11);
	for (zip_int64_t i = 0; i < 11; i++) {
		zip_uint64_t index = (zip_uint64_t)i;
		size_t size;
		char *bytes = part_read(zip, index, &size);
		xmlDocPtr doc = xml_read(bytes, size);

		if (strcmp(zip_get_name(zip, index, 0), "word/document.xml") ==
			0)
			found = doc;
		else
			xmlFreeDoc(doc);
		free(bytes);
	}
	zip_close(zip);
	assert_non_null(found);
	return found;
}

/* The words of a page or document, line ends as spaces. */
static inline char *words_of(const xmlNode *root)
{
	xmlChar *text = xmlNodeGetContent(root);

	for (xmlChar *at = text; *at != '\0'; at++) {
		if (*at == '\n')
			*at = ' ';
	}
	return (char *)text;
}

static inline size_t count_elements(const xmlNode *node, const char *name)
{
	size_t count = 0;

	for (; node != NULL; node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		if (strcmp((const char *)node->name, name) == 0)
			count++;
		count += count_elements(node->children, name);
	}
	return count;
}

static inline json_t *print_json(
	const struct nc_plan *plan, enum nc_report_layout layout)
{
	struct nc_buffer out;
	json_t *root;

	print_plan(plan, layout, NC_REPORT_JSON, &out);
	root = json_loadb((const char *)out.data, out.size, 0, NULL);
	assert_non_null(root);
	nc_buffer_fini(&out);
	return root;
}

#endif
