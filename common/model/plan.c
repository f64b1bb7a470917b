#include "model/plan.h"
#include "locale/text.h"

#include <string.h>

/* A plan of a hundred thousand paragraphs, each copied once, fits. */
#define PLAN_BYTES_MAX (256UL * 1024 * 1024)
#define HEADING_FOLDED_MAX (256 * 1024)

void nc_plan_init(struct nc_plan *plan)
{
	memset(plan, 0, sizeof(*plan));
	nc_arena_init(&plan->arena, PLAN_BYTES_MAX);
	plan->cluster_name = "";
}

void nc_plan_fini(struct nc_plan *plan)
{
	nc_arena_fini(&plan->arena);
	memset(plan, 0, sizeof(*plan));
	nc_arena_init(&plan->arena, PLAN_BYTES_MAX);
	plan->cluster_name = "";
}

/* How offices write "union of friendship organisations", folded. The longer
 * come before those that they begin with. */
static const char *const union_words[] = {
	"lien hiep cac to chuc huu nghi",
	"lien hiep cac to chuc hn",
	"lien hiep cac tchn",
	"lien hiep to chuc huu nghi",
	"lien hiep ctchn",
	"lien hiep cac hoi huu nghi",
	"lien hiep huu nghi",
	"lien hiep hn",
	"lien hiep",
	"lh cac to chuc huu nghi",
	"lh cac tchn",
	"lh ctchn",
	"lh huu nghi",
	"lhctchn",
	"lhtchn",
	"lhhn",
};

/* What a heading may say before the union's words. */
static const char *const before_union[] = {
	"ke hoach cua",
	"ke hoach",
	"hoi",
};

static const char *const place_words[] = {
	"tinh",
	"thanh pho",
	"t p",
	"tp",
};

/* Takes whole words off the front of folded text; false when it does not
 * begin with them. */
static bool take_words(const char **at, const char *words)
{
	size_t size = strlen(words);

	if (strncmp(*at, words, size) != 0)
		return false;
	if ((*at)[size] != ' ' && (*at)[size] != '\0')
		return false;
	*at += size;
	while (**at == ' ')
		(*at)++;
	return true;
}

static const char *skip_any(
	const char *at, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (take_words(&at, words[i]))
			return at;
	return at;
}

/* Behind the words for a union, and those before them; or folded itself. */
static const char *skip_union(const char *folded)
{
	const size_t count = sizeof(union_words) / sizeof(union_words[0]);
	const char *words = skip_any(folded, before_union,
		sizeof(before_union) / sizeof(before_union[0]));
	const char *at = skip_any(words, union_words, count);

	return at == words ? folded : at;
}

size_t nc_plan_without_year(const char *folded)
{
	size_t size = strlen(folded);
	const char *year = folded + size - 8; /* "nam 2024" */

	if (size < 9 || year[-1] != ' ' || strncmp(year, "nam 20", 6) != 0 ||
		strspn(year + 6, "0123456789") != 2)
		return size;
	return size - 9;
}

const char *nc_plan_place_of_folded(const char *folded)
{
	const char *at;
	const char *place;

	at = skip_union(folded);
	place = skip_any(
		at, place_words, sizeof(place_words) / sizeof(place_words[0]));
	/* A place that is itself one of these words keeps it. */
	return *place == '\0' ? at : place;
}

enum nc_status nc_plan_place(struct nc_buffer *out, const char *name)
{
	/* What a heading says of the union in brackets is not its place. */
	struct nc_slice words = nc_slice(name, strcspn(name, "("));
	struct nc_buffer folded;
	const char *place;
	enum nc_status status;

	nc_buffer_init(&folded, HEADING_FOLDED_MAX);
	status = nc_text_fold(&folded, words);
	if (status == NC_OK) {
		place = nc_plan_place_of_folded(nc_buffer_string(&folded));
		status = nc_buffer_append(
			out, place, nc_plan_without_year(place));
	}
	nc_buffer_fini(&folded);
	return status;
}

struct area_words {
	const char *area;
	const char *words; /* folded; "$" at the end: the heading ends there */
};

/* The words that name an area of work in a heading. Where a heading names
 * several, the first one named is what it is about. */
static const struct area_words area_words[] = {
	{"delegations", "doan vao"},
	{"delegations", "doan ra"},
	{"delegations", "don doan"},
	{"delegations", "trao doi doan"},
	{"ngo", "phi chinh phu"},
	{"ngo", "cac to chuc phi chinh phu"},
	{"ngo", "pcpnn"},
	{"ngo", "pcp"},
	{"ngo", "vien tro"},
	{"ngo", "van dong vien tro"},
	{"overseas", "nguoi viet nam o nuoc ngoai"},
	{"overseas", "nguoi vn o nuoc ngoai"},
	{"overseas", "cong dong nguoi viet"},
	{"overseas", "nvnonn"},
	{"overseas", "nguoi viet o nuoc ngoai"},
	{"overseas", "kieu bao"},
	{"overseas", "viet kieu"},
	{"information", "thong tin"},
	{"information", "ttdn"},
	{"information", "tuyen truyen"},
	{"information", "truyen thong"},
	{"information", "bao chi"},
	{"organization", "phat trien to chuc"},
	{"organization", "phat trien cac to chuc"},
	{"organization", "phat trien hoi"},
	{"organization", "phat trien luc luong"},
	{"organization", "xay dung to chuc"},
	{"organization", "xay dung va phat trien to chuc"},
	{"organization", "xay dung luc luong"},
	{"organization", "xay dung hoi"},
	{"organization", "xay dung noi bo"},
	{"organization", "cung co to chuc"},
	{"organization", "cung co va phat trien"},
	{"organization", "cung co phat trien"},
	{"organization", "cung co kien toan"},
	{"organization", "kien toan"},
	{"organization", "to chuc bo may"},
	{"organization", "to chuc can bo"},
	{"organization", "to chuc va can bo"},
	{"organization", "cong tac to chuc $"},
	{"organization", "cong tac to chuc va"},
	{"organization", "to chuc hoi"},
	{"organization", "bo may"},
	{"organization", "dai hoi"},
	{"friendship", "hoa binh"},
	{"friendship", "doan ket"},
	{"friendship", "huu nghi"},
	{"friendship", "giao luu nhan dan"},
	{"friendship", "hbdkhn"},
};

/* Where whole words stand in folded text, or NULL. */
static const char *find_words(const char *text, const char *words)
{
	size_t size = strlen(words);
	bool at_end = words[size - 1] == '$';

	if (at_end)
		size -= 2;
	for (const char *at = text; *at != '\0'; at++) {
		if (strncmp(at, words, size) == 0 &&
			(at[size] == '\0' || (at[size] == ' ' && !at_end)))
			return at;
		at = strchr(at, ' ');
		if (at == NULL)
			break;
	}
	return NULL;
}

const char *nc_plan_area_of_folded(const char *folded, size_t *ret_at)
{
	const char *first = NULL;
	const char *area = "general";

	for (size_t i = 0; i < sizeof(area_words) / sizeof(area_words[0]);
		i++) {
		const char *at = find_words(folded, area_words[i].words);

		if (at == NULL || (first != NULL && at >= first))
			continue;
		first = at;
		area = area_words[i].area;
	}
	if (ret_at != NULL)
		*ret_at = first == NULL ? 0 : (size_t)(first - folded);
	return area;
}
