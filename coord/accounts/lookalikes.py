"""Two people whom a reader takes for one: names or addresses that are written alike with letters of different scripts."""

from collections import defaultdict
from collections.abc import Iterable

from coord.people import Person
from coord.text import typed

# Cyrillic and Greek letters, and digits, that look like a Latin letter; lower case, as folded text is.
_ALIKE = str.maketrans("авеєзіїјкмнорсѕтухүԁԛԝһαβεικνορτυχγω01|", "abee3iijkmhopcstyxydqwhabeikvoptuxywoll")


def lookalikes(people: Iterable[Person]) -> list[list[Person]]:
    """Those of these people who look alike by name or address, and are written differently."""
    seen: dict[str, dict[str, Person]] = defaultdict(dict)
    for person in people:
        for said in filter(None, (person.name, person.email)):
            folded = typed.fold(said)
            seen[folded.translate(_ALIKE)].setdefault(folded, person)
    alike = {
        tuple(sorted({one.id for one in found.values()})): list(found.values()) for found in seen.values()
    }
    return [found for ids, found in sorted(alike.items()) if len(ids) > 1]
