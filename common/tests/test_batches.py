from itertools import count

from common.batches import batches


def test_items_come_in_order_and_the_last_list_may_be_shorter():
    assert list(batches("abcde", 2)) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(batches("abcd", 2)) == [["a", "b"], ["c", "d"]]
    assert list(batches([], 2)) == []


def test_no_more_is_taken_than_the_next_list_needs():
    numbers = count()
    endless = batches(numbers, 3)
    assert next(endless) == [0, 1, 2]
    assert next(numbers) == 3
