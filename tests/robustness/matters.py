"""What a reviewer looks for in each required element, as word stems of our own: not the terms of the criteria.

Used to take an element out of a document that has it. Each value is a pattern; a line, row, column or section that
speaks of it is removed.
"""

from __future__ import annotations

from edit import Matter

_PROBLEMS = "ปัญหา|อุปสรรค|ข้อจำกัด|ข้อขัดข้อง"
_SUGGESTIONS = "ข้อเสนอ|เสนอแนะ|แนวทาง(?:การ)?(?:แก้|พัฒนา|ปรับปรุง)"
_BUDGET = "(?<!ปี)งบ|วงเงิน|จำนวนเงิน|บาท|ค่าใช้จ่าย|Budget"
_SPENT = "เบิก|จ่าย|ใช้(?:จริง|ไป|แล้ว)|(?<!ปี)งบ|บาท|ค่าใช้"
_SCHEDULE = "ระยะเวลา|ช่วงเวลา|ห้วง|ไตรมาส|ปฏิทิน|กำหนด(?:การ|เวลา)|วันที่|เวลา|(?:[มกตพสธ]|มี|เม|มิ)\\.?\\s?[คยพ]\\.|Schedule|Timeline|Period"
_RESULTS = "ผล|แล้วเสร็จ|ดำเนินการแล้ว|สถานะ|อยู่ระหว่าง|ความก้าวหน้า|ร้อยละ"

_BY_ELEMENT = {
    "strategies": "ยุทธศาสตร์|กลยุทธ์|แนวทาง|(?i:strateg)|แผนปฏิบัติราชการ\\s?เรื่องที่",
    "goals": "เป้าหมาย|เป้าประสงค์|วัตถุประสงค์|จุดมุ่งหมาย|พันธกิจ|(?i:goal|target)",
    "indicators": "ตัวชี|ตัวบ่งชี|(?i:kpi|indicator)",
    "budget": _BUDGET,
    "schedule": _SCHEDULE,
    "project_progress": _RESULTS,
    "project_results": _RESULTS,
    "budget_spent": _SPENT,
    "spending_results": _SPENT,
    "procurement_spending": _BUDGET + "|ราคา|เงิน|เบิก|จ่าย",
    "problems": _PROBLEMS,
    "suggestions": _SUGGESTIONS,
    "steps": "ขั้นตอน|วิธี|กระบวน|แผนผัง|ผังงาน|การดำเนินการ|(?i:flow|step)|ยื่น",
    "budget_by_source": "แหล่ง|รายได้|รายรับ|อุดหนุน|จัดสรร|นอกงบ|แผ่นดิน|ภาษี|สะสม|จัดเก็บ",
    "budget_by_expense_type": "งบ(?:บุคลากร|ดำเนินงาน|ลงทุน|กลาง|เงินอุดหนุน|อุดหนุน|รายจ่าย)|ประเภท|หมวด|ค่า(?:ใช้สอย|ตอบแทน|ครุภัณฑ์|วัสดุ|สาธารณู|ที่ดิน)|รายจ่าย|เงินเดือน",
    "recruitment": "สรรหา|คัดเลือก|รับสมัคร|สอบแข่งขัน|รับโอน",
    "appointment": "บรรจุ|แต่งตั้ง",
    "staff_development": "พัฒนา|ฝึกอบรม|อบรม",
    "performance_appraisal": "ประเมิน",
    "reward_and_discipline": "คุณ(?:ให้)?\\s*-?\\s*โทษ|ให้คุณ|ให้โทษ|ขวัญ|วินัย|เลื่อน(?:ขั้น|เงิน)|บำเหน็จ|รางวัล|จูงใจ|ลงโทษ|เชิดชู",
    "hr_analysis": "วิเคราะห์",
    "how_to_complain": "ช่องทาง|วิธี|ร้องเรียนได้|ส่งเรื่อง|ยื่น|แจ้ง",
    "responsible_unit": "รับผิดชอบ|กอง|สำนัก|ศูนย์|กลุ่ม|ฝ่าย|งานนิติการ|หน่วยงาน|ส่วนงาน|คณะกรรมการ|นิติกร|งาน.{0,20}(?:ตรวจสอบ|วินัย)",
    "processing_time": "ระยะเวลา|ภายใน|[0-9๐-๙]\\s*วัน|วันทำการ|เวลา",
    "risk_events_and_level": "ระดับ|คะแนน|(?i:score|level)|สูง|ปานกลาง|ต่ำ|โอกาส",
    "risk_measures": "มาตรการ|แนวทาง|ควบคุม|จัดการ|ป้องกัน|กิจกรรม|วิธี",
    "urgent_weaknesses": "จุดอ่อน|บกพร่อง|เร่งด่วน|ต้องแก้ไข|ต้องปรับปรุง|ต่ำ|แก้ไขปรับปรุง",
    "points_to_develop": "พัฒนา",
    "measures": "มาตรการ|กิจกรรม|แนวทาง",
    "responsible_persons": "รับผิดชอบ|กอง|สำนัก|ฝ่าย|งาน(?:นิติ|ประชา|บริหาร|พัสดุ|แผน)|กลุ่ม",
    "measure_steps": "ขั้นตอน|วิธี|แนวทาง",
    "monitoring": "ติดตาม|กำกับ|รายงานผล|การรายงาน|รายงาน",
    "duties_and_powers": "อำนาจ|หน้าที่|ภารกิจ|มาตรา|พระราช|พ\\.ร\\.|กฎหมาย|กฎกระทรวง",
    "laws_in_use": "พระราช|พ\\.\\s?ร\\.|ระเบียบ|กฎ|ข้อบัญญัติ|ข้อบังคับ|เทศบัญญัติ|รัฐธรรมนูญ|ประมวล|ประกาศ|คำสั่ง|(?i:act)",
    "key_posts": "นายก|ปลัด|ผู้อำนวย|หัวหน้า|อธิบดี|เลขา|ผู้ว่า|อธิการ|คณบดี|ผู้จัดการ|ประธาน|ผู้ตรวจ|อัยการ|ผอ\\.|รอง|(?i:director|president|dean|rector|governor)",
    "total_complaints": "ทั้งหมด|รวม|จำนวนเรื่อง|รับเรื่อง|เรื่องที่|ไม่มี|ไม่พบ|ไม่ปรากฏ|ไม่ได้|ยังไม่",
    "completed": "เสร็จ|ยุติ|ไม่มี|ไม่พบ|ไม่ปรากฏ|ไม่ได้รับ|ยังไม่มี",
    "in_progress": "ระหว่าง|คงเหลือ|คงค้าง|ค้าง|รอดำเนิน|ไม่มี|ไม่พบ|ไม่ปรากฏ|ไม่ได้รับ|ยังไม่",
}
MATTERS = {element: Matter(pattern) for element, pattern in _BY_ELEMENT.items()}
