"""Names that cannot exist any more, and for each the sentence that says what to do instead. Data only; finder.py raises them.

A key ending in `.*` covers a module and everything below it; the longest key that fits wins.
"""

SENTENCES = {
}


def sentence_for(legacy_name):
    """The sentence for `theano.some.name`, or None if nothing is recorded about it."""
    if legacy_name in SENTENCES:
        return SENTENCES[legacy_name]
    parts = legacy_name.split(".")
    for end in range(len(parts), 0, -1):
        sentence = SENTENCES.get(".".join(parts[:end]) + ".*")
        if sentence:
            return sentence
    return None
