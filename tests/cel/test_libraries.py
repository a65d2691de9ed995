"""Kubernetes' functions, where the conformance suite has nothing to say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cel.helpers import error, run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1, 2, 2].isSorted()", True),
        ("['b', 'a'].isSorted()", False),
        ("[].isSorted()", True),
        ("[1, 2, 3].sum()", 6),
        ("[1.5, 2.5].sum()", 4.0),
        ("[].sum()", 0),
        ("[3, 1, 2].min()", 1),
        ("['a', 'c', 'b'].max()", "c"),
        ("[1, 2, 1].indexOf(1)", 0),
        ("[1, 2, 1].lastIndexOf(1)", 2),
        ("[1].indexOf('x')", -1),
        ("'abc 123'.find('[0-9]+')", "123"),
        ("'abc'.find('[0-9]+')", ""),
        ("'äöü 1'.find('ö(.) ?')", "öü "),
        ("'äb'.findAll('x*')", ["", "", ""]),
        ("'äb'.findAll('(.)')", ["ä", "b"]),
        ("'1a2b3'.findAll('[0-9]')", ["1", "2", "3"]),
        ("'1a2b3'.findAll('[0-9]', 2)", ["1", "2"]),
        ("'1a2b3'.findAll('[0-9]', 0)", []),
        ("'héllo'.matches('^h.l{2}o$')", True),
        ("matches('abc', 'b')", True),
        ("sets.contains([1, 2], [2.0])", True),
        ("sets.equivalent(['a', 'b', 'a'], ['b', 'a'])", True),
        ("sets.intersects([1], [2])", False),
        ("quantity('500m').isLessThan(quantity('1'))", True),
        ("quantity('1Gi') == quantity('1024Mi')", True),
        ("quantity('1e3') == quantity('1k')", True),
        ("quantity('1.5Gi').asInteger()", 1610612736),
        ("quantity('100m').asApproximateFloat()", 0.1),
        ("quantity('1').add(quantity('500m')).compareTo(quantity('1500m'))", 0),
        ("quantity('-1').sub(1) == quantity('-2')", True),
        ("quantity('-0.5').sign()", -1),
        ("quantity('100m').isInteger()", False),
        ("quantity('0.1n') == quantity('1n')", True),
        ("isQuantity('10Mo') || isQuantity('') || isQuantity('.') || isQuantity('1 Gi')", False),
        ("isQuantity('+.5E') && isQuantity('3.')", True),
        ("semver('1.2.3').isLessThan(semver('1.10.0'))", True),
        ("semver('1.0.0-rc.1').isLessThan(semver('1.0.0'))", True),
        ("semver('1.0.0-alpha.2').isLessThan(semver('1.0.0-alpha.10'))", True),
        ("semver('1.0.0-alpha').isLessThan(semver('1.0.0-alpha.1'))", True),
        ("semver('1.0.0-1').isLessThan(semver('1.0.0-a'))", True),
        ("semver('v1.2', true).minor()", 2),
        ("semver('01.2.3', true).compareTo(semver('1.2.3+build'))", 0),
        ("isSemver('v1.2.3') || isSemver('1.2') || isSemver('1.02.3') || isSemver('1.2.3-01')", False),
        ("cidr('10.0.0.0/8').containsIP('10.1.2.3') && cidr('::/0').containsCIDR('fd00::/8')", True),
        ("isCIDR('10.0.0.0/33') || isCIDR('10.0.0.0/08') || isCIDR('10.0.0.0/255.0.0.0') || isCIDR('10.0.0.0')", False),
        ("isIP('010.0.0.1') || isIP('fe80::1%eth0') || isIP('::ffff:1.2.3.4') || isIP('')", False),
        ("ip('ff12::1').isLinkLocalMulticast() && !ip('ff05::1').isLinkLocalMulticast()", True),
        ("type(quantity('1')) == kubernetes.Quantity", True),
        ("timestamp('2024-02-29T23:30:00Z').getDate('+01:00')", 1),
        ("timestamp('2024-07-01T12:00:00Z').getHours('Europe/Berlin')", 14),
        ("duration('1h30m').getMinutes()", 90),
        ("strings.quote('a\"b\\n')", '"a\\"b\\n"'),
        ("[optional.of(1), optional.none()].unwrapOpt()", [1]),
        ("string(1000000.0) + string(0.00001) + string(100.0)", "1e+061e-05100"),
    ],
)
def test_functions(text: str, expected: Any) -> None:
    result = run(text)
    assert (type(result), result) == (type(expected), expected)


@pytest.mark.parametrize(
    "text",
    [
        "[].min()", "[].max()", "[1, 'a'].max()", "[1, 'a'].isSorted()", "quantity('x')", "semver('1')",
        "quantity('0.5').asInteger()", "quantity('100E').asInteger()", "['a', 1].join(',')", "'a'.charAt(2)",
        "'abc'.substring(2, 1)", "timestamp('2024-01-01T00:00:00Z').getHours('Nowhere/Land')",
        "timestamp('2024-01-01T00:00:00Z').getHours('../../etc/passwd')", "'%s'.format([])", "'%'.format([1])",
        "[9223372036854775807, 1].sum()", "timestamp('9999-12-31T23:59:59Z') + duration('1s')",
        "timestamp('9999-12-31T23:59:59Z').getHours('+01:00')",
    ],
)  # fmt: skip
def test_refusals(text: str) -> None:
    error(text)
