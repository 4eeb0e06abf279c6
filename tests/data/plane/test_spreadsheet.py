"""Points out of strangers' files: mended and said, or refused with the row."""

import csv
import io

import numpy as np
import pytest

from playground import data
from playground.data.plane import table
from playground.data.plane.own_points import decoded, read, written
from playground.values.errors import PlaygroundError


def brought(text, **kwargs):
    found = data.imported(text if isinstance(text, bytes) else text.encode(**kwargs))
    points, last = decoded(found.args["points"])
    return points, last, found


@pytest.mark.parametrize(
    "text",
    [
        "x,y,label\n0.5,1.25,a\n-0.5,1,b\n",
        "x;y;label\r\n0,5;1,25;a\r\n-0,5;1;b\r\n",
        "0.5\t1.25\ta\n\n-0.5\t1\tb",
        '"label","Y","X"\n"a","1.25","0.5"\n"b","1","\u22120.5"\n',
        "\ufeffid,x1,x2,species\n7,0.5,1.25,a\n8,-0.5,1,b\n",
        "0.5, 1.25, a\n-0.5, 1, b\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_same_points_come_out_of_every_way_to_write_them(text, encoding):
    points, labels, found = brought(text.removeprefix("\ufeff") if encoding == "utf-16" else text, encoding=encoding)
    assert np.allclose(points, [[0.5, 1.25], [-0.5, 1]], atol=0.001) and labels.tolist() == [0, 1]
    assert found.args["classes"] == 2 and any("Class 1 is a, class 2 is b." in each for each in found.said)


@pytest.mark.parametrize(
    "text, says",
    [
        ("", "empty"),
        (" \n\n", "empty"),
        ("x,y,label\n", "no points"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "no text"),
        ("1,2\n3,4\n", "which columns"),
        ("1,2,3,4\n5,6,7,8\n", "which columns"),
        ("x,y\n1,2\n", "which columns"),
        ("a,b,c\nq,w,e\n", "Row 2 has q for x"),
        ("x,y,label\n1,2,a\n,1,b\n1,nan,b\n1,inf,a\n", "Row 3 has no x"),
        ("x,y,label\n1,2,\n1,2,\n", "no label"),
        ("x,y,label\n" + "".join(f"{i},0,c{i}\n" for i in range(7)), "too many classes"),
        ("x,y,class\n" + "".join(f"{i},0,{i}\n" for i in range(7)), "too many classes"),
        pytest.param("x,y,label\n" + "1" * 200_000 + ",1,2\n", "Row 2 has 111", id="long cell"),
        pytest.param("1" * 200_000 + ",1,2\n", "Row 1 has a field larger", id="long first cell"),
        ('x,y,label\n1,2,"a\n2,1,b\n3,1,a\n', "Row 2 opens a quotation mark that is never closed"),
        pytest.param("x,y,label\n" + "1,2,a\n" * 60_000 + '3,4,"b\n1,2,a\n', "Row 60002 opens a quotation mark", id="late quote"),
        ("x,y,label\n1,2,a\n-1,45,-0,37,0\n", "Row 3 has 5 cells. Expected 3,"),
        ("x,y,label\n1,45,2,a\n1,45,3,b\n", "Row 2 has 4 cells. Expected 3,"),
        ("\n\nx,y,label\n\n1,2,a,,7\n", "Row 5 has 5 cells"),
        pytest.param(",".join(f"c{i}" for i in range(2_001)) + "\n", "too many columns", id="2001 columns"),
        pytest.param("a" + "," * 3_000_000, "too many columns", id="a million columns"),
        pytest.param("x,y,label\n" + "\n" * 10_000_000, "too many rows", id="ten million rows"),
        (b"x,y,label\n" + b"\0" * 100, "no text"),
    ],
)
def test_what_holds_no_points_is_refused_with_the_place(text, says):
    with pytest.raises(PlaygroundError) as caught:
        brought(text)
    assert says in str(caught.value) and caught.value.expected and caught.value.fix


def test_a_few_bad_rows_are_left_out_and_the_first_is_named():
    points, _, found = brought("x,y,label\n1,2,a\n1,abc,b\n1,1,b\n2,2,\n0,0,a\n")
    assert len(points) == 3 and any(each.startswith("2 rows were left out. Row 3 has abc for y.") for each in found.said)


def test_a_cell_more_than_the_columns_leaves_a_row_out_unless_it_is_empty():
    points, _, found = brought("x,y,label\n1,2,a,\n1,1,b,\n2,1,b,7\n")
    assert len(points) == 2 and any("1 row was left out. Row 4 has 4 cells. Expected 3," in each for each in found.said)


def test_a_first_line_that_declares_the_delimiter_is_obeyed():
    points, labels, _ = brought("sep=;\r\nx;y;label\r\n0,5;1,25;a\r\n-0,5;1;b\r\n")
    assert np.allclose(points, [[0.5, 1.25], [-0.5, 1]], atol=0.001) and labels.tolist() == [0, 1]
    points, _, found = brought("sep=,\n1,2,a;b;c;d\n1,1,a;b;c;d\nq,1,a;b;c;d\n")
    assert len(points) == 2 and any("Row 4 has q for x" in each for each in found.said)


def test_a_label_that_is_no_number_is_no_class_of_numbers():
    _, labels, found = brought("x,y,label\n1,2,0\n1,1,nan\n1,1,NaN\n2,1,1\n")
    assert labels.tolist() == [0, 1] and found.args["classes"] == 2
    assert any("2 rows were left out. Row 3 has no label." in each for each in found.said)
    assert "Class 1 is NA, class 2 is None." in brought("x,y,label\n1,2,None\n1,1,NA\n")[2].said


def test_rows_are_counted_as_a_spreadsheet_shows_them():
    _, _, found = brought('x,y,label\n\n0,0,"a\nb"\n \n,,\n0,0,c\nq,0,c\n')
    assert any("1 row was left out. Row 7 has q for x." in each for each in found.said)


def test_long_files_are_read_as_the_csv_module_reads_them(monkeypatch):
    monkeypatch.setattr(table, "CELLS", 300)  # in many pieces
    rng = np.random.default_rng(4)
    cells = [[f"{x:.4f}", f"{y:.3e}", rng.choice(["a", "b, c", 'd "e"', "f\ng"])] for x, y in rng.uniform(-3, 3, (2_000, 2))]
    file = io.StringIO(newline="")
    csv.writer(file).writerows([["x", "y", "label"], *cells])
    text = file.getvalue().replace("\r\n", "\r\n\r\n", 500)
    expected = [row for row in csv.reader(io.StringIO(text, newline="")) if row][1:]
    rows, count = table.rows_of(text, table.layout_of(text))
    assert rows[["x", "y", "label"]].to_numpy().tolist() == expected == cells and count == 2_000


def test_points_beyond_the_plane_are_scaled_by_one_factor_around_their_middle():
    points, _, found = brought("x,y,label\n100,7,a\n300,57,b\n200,32,a\n")
    assert np.allclose(points, [[-2.85, -0.7125], [2.85, 0.7125], [0, 0]], atol=0.001)
    assert any("0.0285 times as large" in each for each in found.said)
    assert np.isfinite(brought("x,y,label\n1e308,0,a\n-1e308,1,b\n")[0]).all()


def test_labels_that_are_many_numbers_are_to_be_predicted():
    for name, values in (("label", range(20)), ("value", (0, 19, 19))):
        _, last, found = brought(f"x,y,{name}\n" + "".join(f"0,0,{value}\n" for value in values))
        assert found.args["target"] == "number" and (last.min(), last.max()) == (0, 254)
        assert any("0 became −1 and 19 became 1" in each for each in found.said)


def test_one_class_is_taken_and_said():
    _, _, found = brought("x,y,class\n1,1,1\n2,2,1\n")
    assert found.args["classes"] == 2 and "one class" in found.said[-1]


def test_of_a_million_rows_an_even_sample_is_used():
    text = "x,y,label\n" + "".join(f"{i / 100_000},{-i / 100_000},{'ab'[i % 2]}\n" for i in range(250_000))
    points, labels, found = brought(text)
    assert len(points) == 5_000 and any("Of 250,000 rows, 5,000 are used" in each for each in found.said)
    assert abs(np.bincount(labels)[0] - 2_500) < 200 and abs(points[:, 0].mean() - 1.25) < 0.05
    assert brought(text)[2].args == found.args


@pytest.mark.parametrize("classes", [6, None])
def test_points_that_go_out_come_back_as_they_were(classes):
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 6, 300) if classes else rng.uniform(-1, 1, 300)
    text = written(rng.uniform(-3.2, 3.2, (300, 2)), labels)
    points, found = read(text, classes=classes)
    again = data.imported(data.exported(points, found).encode())
    assert again.args["points"] == text and not any("left out" in each or "scaled" in each or "moved" in each for each in again.said)
