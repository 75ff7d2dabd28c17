"""Code tables of cards: ethnic groups (GB/T 3304, the 58 entries used on cards) and provinces.

For card profiles. An unknown code is shown unchanged; it is neither dropped nor refused.
"""

from __future__ import annotations

_PEOPLES = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 "
    "拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 "
    "怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)

ETHNIC: dict[str, str] = {f"{i:02}": name for i, name in enumerate(_PEOPLES.split(), start=1)} | {
    "97": "其他",
    "98": "外国血统",
}
"""Ethnic group by two-digit code: 01 to 56, 97, 98."""

REGIONS: dict[str, str] = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古",
    "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西",
    "37": "山东",
    "41": "河南", "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南",
    "50": "重庆", "51": "四川", "52": "贵州", "53": "云南", "54": "西藏",
    "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆",
    "71": "台湾", "81": "香港", "82": "澳门", "83": "台湾",
}  # fmt: skip
"""The province's short name by the first two digits of a region code (GB/T 2260)."""


def ethnic_name(code: str) -> str | None:
    """Return the ethnic group's name for a code; "1" and "01" are the same.

    A blank code (or all 0) gives ``None``, an unknown code is returned unchanged.
    """
    code = code.strip(" \0")
    if not code or set(code) == {"0"}:
        return None
    return ETHNIC.get(code.zfill(2), code)
