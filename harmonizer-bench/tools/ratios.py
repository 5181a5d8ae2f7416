"""The table of ratios, ours over theirs."""

SELF_TARGET = 2.1


def shortest(lines):
    return min(line["min_ms"] for line in lines)


def ratios(entry):
    """Of each round, and of the shortest of all rounds."""
    pairs = zip(entry["ours"], entry["theirs"])
    each = [mine["min_ms"] / other["min_ms"] for mine, other in pairs]
    return shortest(entry["ours"]) / shortest(entry["theirs"]), min(each), max(each)


def memory(entry):
    if "rss_mb" not in entry["ours"][0] or "rss_mb" not in entry["theirs"][0]:
        return None
    mine, other = (max(line["rss_mb"] for line in entry[side]) for side in ("ours", "theirs"))
    return mine / other


def table(entries):
    """Rows of the table, in Markdown."""
    yield "| work | theirs ms | ours ms | ratio | over rounds | target | memory | target |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for entry in entries:
        ratio, least, most = ratios(entry)
        target, room = entry["time_target"], memory(entry)
        yield (
            f"| {entry['title']} | {shortest(entry['theirs']):.4g} | {shortest(entry['ours']):.4g} "
            f"| {ratio:.3f} | {least:.3f}–{most:.3f} | {'≤ %.3g' % target if target else ''} "
            f"| {'%.2f' % room if room else ''} "
            f"| {'≤ %g' % entry['memory_target'] if entry['memory_target'] else ''} |"
        )
    yield from own_ratios(entries)


def own_ratios(entries):
    """Our harmonized step over our plain one."""
    named = {entry["name"]: entry for entry in entries}
    for name, entry in named.items():
        plain = named.get(name.replace("harm-", "train-"))
        if name.startswith("harm-") and plain:
            mine, other = shortest(entry["ours"]), shortest(plain["ours"])
            title = entry["title"].replace("harmonized step", "own harmonized ÷ own plain step")
            numbers = f"{other:.4g} | {mine:.4g} | {mine / other:.3f}"
            yield f"| {title} | {numbers} | | ≤ {SELF_TARGET} | | |"
