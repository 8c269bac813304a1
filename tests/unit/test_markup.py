"""Texts of the config pass through parameters of rules escaped, and come back as they were."""

from hotslope.jobs import unescaped

from markup import escaped


def test_escaped_settings_come_back() -> None:
    setting = {
        "classes": {"<5 m & more": "</script><script>", 7: "&lt;"},
        "positive_class": ["a", ["<b>"]],
        "layer": None,
        "min_overlap": 0.5,
    }
    assert escaped(setting) == {
        "classes": {"&lt;5 m &amp; more": "&lt;/script&gt;&lt;script&gt;", 7: "&amp;lt;"},
        "positive_class": ["a", ["&lt;b&gt;"]],
        "layer": None,
        "min_overlap": 0.5,
    }
    assert unescaped(escaped(setting)) == setting
