"""Units of measure as they are said, by how they are written after a number."""

from __future__ import annotations

ZH: dict[str, str] = {
    # length, area, volume
    "nm": "纳米", "μm": "微米", "um": "微米", "mm": "毫米", "cm": "厘米", "dm": "分米", "m": "米",
    "km": "公里", "m²": "平方米", "m2": "平方米", "cm²": "平方厘米", "m³": "立方米",
    "m3": "立方米", "cm³": "立方厘米", "inch": "英寸", "in": "英寸", "ft": "英尺", "ml": "毫升",
    "mL": "毫升", "ML": "毫升", "cl": "厘升", "L": "升", "l": "升", "cc": "毫升",
    # mass
    "μg": "微克", "ug": "微克", "mcg": "微克", "mg": "毫克", "g": "克", "kg": "千克", "KG": "千克",
    "Kg": "千克", "t": "吨", "lb": "磅", "lbs": "磅", "oz": "盎司",
    # electricity, light, sound
    "mAh": "毫安时", "MAH": "毫安时", "mah": "毫安时", "MAh": "毫安时", "Ah": "安时", "Wh": "瓦时",
    "wh": "瓦时", "kWh": "千瓦时", "KWh": "千瓦时", "mW": "毫瓦", "W": "瓦", "w": "瓦",
    "kW": "千瓦", "KW": "千瓦", "kw": "千瓦", "V": "伏", "v": "伏", "mV": "毫伏", "A": "安",
    "mA": "毫安", "Ω": "欧姆", "lm": "流明", "lux": "勒克斯", "lx": "勒克斯", "dB": "分贝",
    "db": "分贝", "Hz": "赫兹", "hz": "赫兹", "HZ": "赫兹", "kHz": "千赫兹", "KHz": "千赫兹",
    "MHz": "兆赫兹", "GHz": "吉赫兹",
    # time, speed, pressure, heat, energy
    "ms": "毫秒", "s": "秒", "min": "分钟", "h": "小时", "rpm": "转每分钟", "RPM": "转每分钟",
    "r/min": "转每分钟", "km/h": "公里每小时", "m/s": "米每秒", "fps": "帧每秒", "Pa": "帕",
    "kPa": "千帕", "Kpa": "千帕", "KPa": "千帕", "MPa": "兆帕", "mmHg": "毫米汞柱", "bar": "巴",
    "Bar": "巴", "N": "牛", "J": "焦", "kJ": "千焦", "KJ": "千焦", "cal": "卡", "kcal": "千卡",
    "Kcal": "千卡", "℃": "摄氏度", "°C": "摄氏度", "℉": "华氏度", "°F": "华氏度", "°": "度",
    # data: as a seller says them
    "KB": "K", "MB": "兆", "GB": "G", "TB": "T", "Mbps": "兆每秒", "Gbps": "G每秒", "px": "像素",
    "dpi": "D P I", "DPI": "D P I", "ppm": "p p m",
}  # fmt: skip

EN: dict[str, tuple[str, str]] = {
    "nm": ("nanometer", "nanometers"), "mm": ("millimeter", "millimeters"),
    "cm": ("centimeter", "centimeters"), "m": ("meter", "meters"),
    "km": ("kilometer", "kilometers"), "in": ("inch", "inches"), "ft": ("foot", "feet"),
    "ml": ("milliliter", "milliliters"), "mL": ("milliliter", "milliliters"),
    "L": ("liter", "liters"), "l": ("liter", "liters"), "mg": ("milligram", "milligrams"),
    "g": ("gram", "grams"), "kg": ("kilogram", "kilograms"), "lb": ("pound", "pounds"),
    "lbs": ("pound", "pounds"), "oz": ("ounce", "ounces"),
    "mAh": ("milliamp hour", "milliamp hours"), "Ah": ("amp hour", "amp hours"),
    "Wh": ("watt hour", "watt hours"), "kWh": ("kilowatt hour", "kilowatt hours"),
    "W": ("watt", "watts"), "kW": ("kilowatt", "kilowatts"), "V": ("volt", "volts"),
    "A": ("amp", "amps"), "mA": ("milliamp", "milliamps"), "lm": ("lumen", "lumens"),
    "dB": ("decibel", "decibels"), "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"), "GHz": ("gigahertz", "gigahertz"),
    "ms": ("millisecond", "milliseconds"), "s": ("second", "seconds"),
    "sec": ("second", "seconds"), "min": ("minute", "minutes"), "mins": ("minute", "minutes"),
    "h": ("hour", "hours"), "hr": ("hour", "hours"), "hrs": ("hour", "hours"),
    "mph": ("mile an hour", "miles an hour"), "kcal": ("kilocalorie", "kilocalories"),
    "°C": ("degree Celsius", "degrees Celsius"), "℃": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "℉": ("degree Fahrenheit", "degrees Fahrenheit"), "°": ("degree", "degrees"),
    "KB": ("kilobyte", "kilobytes"), "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"), "TB": ("terabyte", "terabytes"),
    "Mbps": ("megabit a second", "megabits a second"), "px": ("pixel", "pixels"),
    "rpm": ("turn a minute", "turns a minute"), "fps": ("frame a second", "frames a second"),
}  # fmt: skip
"""One, and many."""
