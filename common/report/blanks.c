#include "report/document.h"

/* No-break spaces where a pen fills in: others would be folded into one. */
#define NBSP "\u00a0"
#define BLANK_NUMBER NBSP NBSP NBSP NBSP NBSP NBSP NBSP NBSP
#define BLANK_DAY NBSP NBSP NBSP NBSP NBSP

/* The whole number, the day and the year are blank: who signs fills them in.
 * A plan for a year is as a rule signed in the year before. */
const struct nc_report_head nc_report_blank_head = {
	.nation = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
	.motto = "Độc lập - Tự do - Hạnh phúc",
	.issuer = "",
	.number = "",
	.place_date =
		"…………, ngày" BLANK_DAY "tháng" BLANK_DAY "năm 20" BLANK_DAY,
};

const char nc_report_blank_number_plan[] = "Số:" BLANK_NUMBER "/KH-…";
const char nc_report_blank_number_report[] = "Số:" BLANK_NUMBER "/BC-…";

const struct nc_report_foot nc_report_blank_foot = {
	.recipients_title = "Nơi nhận:",
	.recipients = "- …………………………;\n- Lưu: VT, ………",
	.authority = "TM. ………………………",
};
