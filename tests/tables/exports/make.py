"""How were the binary exports beside this made?

lessons.xls with xlwt 1.3.0, locked.xlsx with msoffcrypto-tool 6.1.0 (neither is needed to run the tests):

    python tests/tables/exports/make.py
"""

from datetime import datetime
from io import BytesIO
from pathlib import Path

import xlsxwriter
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile

HERE = Path(__file__).parent

book = xlwt.Workbook(encoding="utf-8")
sheet = book.add_sheet("考勤")
chinese_date = xlwt.easyxf(num_format_str='yyyy"年"m"月"d"日" h:mm')
sheet.write_merge(0, 0, 0, 5, "注意事项：请勿修改表头")
for column, header in enumerate(["课消编号(*)", "学号(*)", "上课时间(*)", "到课状态(*)", "扣的课时", "校区"]):
    sheet.write(1, column, header)
sheet.write_merge(2, 3, 5, 5, "朝阳校区")
for row, (lesson, student, hour) in enumerate([("L1", 20260001, 9), ("L2", 13800000000, 10), ("L3", 7, 0)], start=2):
    sheet.write(row, 0, lesson)
    sheet.write(row, 1, student)
    sheet.write(row, 2, datetime(2026, 10, 3, hour), chinese_date)
    sheet.write(row, 3, "到课")
    if lesson != "L3":
        sheet.write(row, 4, 1.5)
sheet.row(4).set_cell_error(4, "#REF!")
sheet.write(4, 5, "海淀校区")
sheet.write(5, 0, "合计")
sheet.write(5, 4, 4.5)
book.add_sheet("草稿").visibility = 1
book.save(str(HERE / "lessons.xls"))

plain, locked = BytesIO(), BytesIO()
workbook = xlsxwriter.Workbook(plain)
workbook.add_worksheet("考勤").write_row("A1", ["课消编号", "学号", "上课时间", "到课状态"])
workbook.close()
OOXMLFile(plain).encrypt("secret", locked)
(HERE / "locked.xlsx").write_bytes(locked.getvalue())
