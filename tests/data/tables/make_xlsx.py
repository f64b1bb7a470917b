#!/usr/bin/env python3
"""Makes the XLSX files of this folder, most of them hostile, and the seeds of
the fuzzer.

usage: make_xlsx.py [FOLDER]      (default: the folder of this script)

The files are checked in; run this again after changing it. Only Python's own
zipfile is used. The same script always makes the same bytes.
"""
import pathlib
import sys
import zipfile

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
REL = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = HEAD + ('<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
                'content-types"/>')


def rels(*items):
    return HEAD + '<Relationships xmlns="%s">%s</Relationships>' % (
        REL, "".join('<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>'
                     % (i + 1, DOC, kind, target)
                     for i, (kind, target) in enumerate(items)))


def workbook(sheets, more="", space=MAIN):
    return HEAD + '<workbook xmlns="%s" xmlns:r="%s">%s<sheets>%s</sheets>' \
        '</workbook>' % (space, DOC, more, "".join(
            '<sheet name="%s" sheetId="%d" r:id="rId%d"%s/>'
            % (name, i + 1, i + 1, state)
            for i, (name, state) in enumerate(sheets)))


def sheet(rows, after="", space=MAIN):
    return HEAD + '<worksheet xmlns="%s"><sheetData>%s</sheetData>%s' \
        '</worksheet>' % (space, rows, after)


def inline(place, text):
    return '<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' % (place, text)


def table(more="", after=""):
    return sheet('<row r="1">%s%s</row>%s' % (
        inline("A1", "Tên hoạt động"), inline("B1", "Địa điểm"), more), after)


def row(number, *cells):
    return '<row r="%d">%s</row>' % (number, "".join(cells))


def package(path, one, strings=None, styles=None, book=None, level=9):
    beside = [("worksheet", "worksheets/sheet1.xml")]
    if strings is not None:
        beside.append(("sharedStrings", "sharedStrings.xml"))
    if styles is not None:
        beside.append(("styles", "styles.xml"))
    entries = [("[Content_Types].xml", TYPES),
               ("_rels/.rels", rels(("officeDocument", "xl/workbook.xml"))),
               ("xl/workbook.xml", book or workbook([("Bảng", "")])),
               ("xl/_rels/workbook.xml.rels", rels(*beside)),
               ("xl/worksheets/sheet1.xml", one)]
    if strings is not None:
        entries.append(("xl/sharedStrings.xml", strings))
    if styles is not None:
        entries.append(("xl/styles.xml", styles))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED,
                         compresslevel=level) as out:
        for name, data in entries:
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, data)


STRINGS = HEAD + (
    '<sst xmlns="%s"><si><t>Tên hoạt động</t></si>'
    '<si><r><t>Địa </t></r><r><rPr><b/></rPr><t>điểm</t></r></si>'
    '<si><t>Lễ</t><rPh sb="0" eb="1"><t>bỏ</t></rPh><t> hội</t></si>'
    '<si><t xml:space="preserve"> Vinh_x000D_ </t></si></sst>' % MAIN)
STYLES = HEAD + (
    '<styleSheet xmlns="%s"><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="dd\\/mm\\/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="#,##0&quot; đồng&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/>'
    '<xf numFmtId="17"/><xf numFmtId="20"/></cellXfs></styleSheet>' % MAIN)
GOOD = sheet(
    row(1, '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>',
        inline("C1", "Ngày"), inline("D1", "Kinh phí")) +
    row(3, '<c t="s"><v>2</v></c><c t="s"><v>3</v></c>'
        '<c s="1"><v>45429</v></c><c s="2"><v>1.5E6</v></c>'
        '<c s="3"><v>45429</v></c><c s="4"><v>0.354166666666667</v></c>'
        '<c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c>'
        '<c><f>SUM(A1)</f></c><c t="str"><f>A1</f><v>chữ</v></c>'
        '<c t="d"><v>2024-05-17</v></c><c><v>0.30000000000000004</v></c>') +
    row(4, inline("B4", "Huế")) + row(5, inline("C5", "sau")),
    '<mergeCells><mergeCell ref="B4:C5"/><mergeCell ref="A3:A5"/>'
    '</mergeCells>')


def hostile(folder):
    package(folder / "good.xlsx", GOOD, STRINGS, STYLES)
    package(folder / "strict.xlsx", GOOD.replace(MAIN, STRICT),
            STRINGS.replace(MAIN, STRICT), STYLES.replace(MAIN, STRICT),
            workbook([("Bảng", "")], space=STRICT))
    package(folder / "bomb.xlsx", sheet(" " * (65 * 1024 * 1024)))
    package(folder / "dtd.xlsx", table().replace(
        "<worksheet", '<!DOCTYPE worksheet [<!ENTITY a "b">]><worksheet', 1))
    package(folder / "cut.xlsx", table()[:-20])
    package(folder / "no_string.xlsx",
            sheet(row(1, '<c r="A1" t="s"><v>7</v></c>')), STRINGS)
    package(folder / "far_column.xlsx", table(row(2, inline("XFD2", "x"))))
    package(folder / "backwards.xlsx",
            table(row(3, inline("A3", "x")) + row(2, inline("A2", "y"))))
    package(folder / "same_cell.xlsx",
            table(row(2, inline("B2", "x"), inline("A2", "y"))))
    package(folder / "long_cell.xlsx", table(row(2, inline(
        "A2", "a" * (64 * 1024 + 1)))))
    package(folder / "many_rows.xlsx", table("".join(
        row(n, '<c r="A%d"><v>1</v></c>' % n) for n in range(2, 20002))))
    package(folder / "merged_all.xlsx", table(
        "".join(row(n, '<c r="A%d"><v>1</v></c>' % n)
                for n in range(2, 4002)),
        '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'))
    package(folder / "many_sheets.xlsx", table(), book=workbook(
        [("B%d" % n, "") for n in range(65)]))
    package(folder / "nested.xlsx",
            sheet("<a>" * 300 + "</a>" * 300))
    package(folder / "empty.xlsx", sheet(""))
    with zipfile.ZipFile(folder / "ods.xlsx", "w") as out:
        out.writestr(zipfile.ZipInfo("mimetype", (2024, 1, 1, 0, 0, 0)),
                     "application/vnd.oasis.opendocument.spreadsheet")
    with zipfile.ZipFile(folder / "binary.xlsb", "w") as out:
        out.writestr(zipfile.ZipInfo("xl/workbook.bin",
                                     (2024, 1, 1, 0, 0, 0)), b"\x83\x01")


def seeds(folder):
    (folder / "bare").write_bytes(b"X" + "\0".join(
        [GOOD, STRINGS, STYLES]).encode())
    (folder / "csv").write_bytes(
        "STT;Tên đoàn;Nước đến;Thời gian;Số người\r\nI;Đoàn ra;;;\r\n"
        "1;Sang \"Lào\";Lào;12 - 15/3/2024;hơn 20\r\n;Cộng;;;20\r\n".encode())
    (folder / "aid").write_bytes(
        "ĐVT: triệu đồng\tnăm 2024\nTên dự án\tNhà tài trợ\tGiá trị\t\tKhác\n"
        "\t\tCam kết\tGiải ngân (USD)\t\nDự án nước\tQuỹ\t1,5\t25 triệu\tx\n"
        .encode())


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1
                          else pathlib.Path(__file__).parent)
    hostile(folder)
    if len(sys.argv) == 1:
        seeds(folder.parent.parent / "fuzz" / "corpus" / "workbook")


if __name__ == "__main__":
    main()
