import pytest

from avatars.svg_path import data, normalised


def test_lines_and_shorthands_become_curves() -> None:
    commands, numbers = normalised("m10,20 l30 0 h10v-5 H0 V0z")
    assert commands == "MCCCCCZ"
    assert numbers[:2] == [10.0, 20.0]
    assert numbers[2:8] == pytest.approx([20, 20, 30, 20, 40, 20])
    ends = [tuple(numbers[2 + 6 * i + 4 : 2 + 6 * i + 6]) for i in range(5)]
    assert ends == [(40, 20), (50, 20), (50, 15), (0, 15), (0, 0)]


def test_smooth_curves_mirror_the_control_before() -> None:
    _, numbers = normalised("M0 0C0 10 10 10 10 0S20 -10 20 0")
    assert numbers[8:] == [10.0, -10.0, 20.0, -10.0, 20.0, 0.0]
    _, plain = normalised("M0 0L10 0S20 10 20 0")
    assert plain[8:10] == [10.0, 0.0]  # nothing to mirror: the point itself


def test_quadratic_curves_are_the_same_curve() -> None:
    _, numbers = normalised("M0 0Q15 30 30 0T60 0")
    assert numbers[2:8] == pytest.approx([10, 20, 20, 20, 30, 0])
    assert numbers[8:] == pytest.approx([40, -20, 50, -20, 60, 0])


def test_relative_is_absolute_and_repeats_go_on() -> None:
    assert normalised("M1 1c1 0 2 0 3 0 1 0 2 0 3 0") == normalised("M1 1C2 1 3 1 4 1 5 1 6 1 7 1")
    assert normalised("M0 0 5 5") == normalised("M0 0L5 5")
    assert normalised("m3 3z m1 1 l1 0")[1][-2:] == [5.0, 4.0]  # after Z from where it began


def test_there_and_back() -> None:
    text = data(*normalised("M1.5 2C3 4 5 6 7 8Z"))
    assert normalised(text) == normalised("M1.5 2C3 4 5 6 7 8Z")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("L1 1", "begins with M"),
        ("", "begins with M"),
        ("M1 1A5 5 0 0 0 9 9", "arc"),
        ("M1 1L2", "1 numbers"),
        ("M1 1Z5", "Z with 1"),
        ("M1 1 #!", "no path data"),
    ],
)
def test_what_is_no_path_is_named(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        normalised(text)
