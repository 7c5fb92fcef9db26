"""The weights of the overlap reader: for every question, and what each kind of question adds.

Fitted, not chosen: the log-likelihood of the candidates that match an answer best (F1 above .4,
weighted by its square, exact ones more) in a softmax over the candidates of a passage, with an L2
penalty, by L-BFGS; weights below .25 were set to none and the rest fitted again. Training splits of
FacQA (1,931 questions), TyDiQA-id (5,368), SQuAD-MT-id (600) and SQuAD (4,000, and all that ask why
or how); November 2026.
"""

from __future__ import annotations

from collections.abc import Mapping


def _read(table: str) -> dict[str, float]:
    words = table.split()
    return {name: float(weight) for name, weight in zip(words[::2], words[1::2], strict=True)}


WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "every": _read("""
        word_left 7.82 word_right 4.97 name_left 4.68 name_right 2.56 previous 1.49 all_asked
        -1.45 head_in 1.44 sentence 1.25 asked -1 bracketed -0.88 nation -0.87 words 0.71 bare
        0.68 name 0.65 lower -0.63 quote 0.63 bracket 0.55 head_before 0.55 phrase -0.55 next 0.53
        after_is 0.5 before_stop 0.48 reason -0.48 best 0.44 first_sentence 0.43 before_bracket
        0.41 about -0.37 after_the 0.37 year 0.37 long -0.36 after_place -0.34 figure -0.34
        touches -0.32 after_about -0.29 after_said 0.29 pair 0.29 clause -0.27 stop_first -0.22
        date -0.21 before_comma 0.2 stop_last -0.19 titled -0.19 head_after 0.16 begins 0.1 quoted
        -0.09 number -0.06
    """),
    "english": _read("""
        word_right 0.96 name_right 0.95 sentence 0.75 figure 0.66 head_after 0.66 first_sentence
        -0.65 about 0.64 best 0.64 after_place 0.56 phrase 0.55 name_left 0.53 after_is -0.51
        after_by 0.5 after_title 0.48 bracketed 0.45 bare -0.44 stop_last -0.37 words -0.33 quoted
        0.3
    """),
    "person": _read("""
        name 1.77 bare 1.6 after_by 1.43 pair 1.37 after_place -1.17 quoted -0.96 number -0.91
        word_right 0.8 asked -0.75 sentence -0.67 date -0.66 lower -0.56 stop_first -0.52
        head_before 0.51 previous -0.48 count -0.47 year -0.47 begins 0.46 after_the -0.44
        after_on -0.43 name_left 0.42 before_stop -0.39 words 0.37 all_asked 0.35 said_year -0.32
        bracketed -0.31 reason -0.28
    """),
    "time": _read("""
        date 2.35 year 2.11 before_bracket -1.69 said_year 1.27 after_on 1.26 after_is -1.23 bare
        -1.18 count 1.11 lower -0.95 pair -0.95 chunk -0.83 bracketed 0.79 head_before -0.73
        number 0.73 after_title -0.69 nation -0.69 name -0.65 after_by -0.64 bracket -0.63
        after_place 0.6 quoted -0.6 word_right -0.59 head_in 0.56 titled -0.49 quote -0.44
        after_said -0.43 asked -0.41 figure -0.41 after_from -0.4 words -0.34 stop_last 0.28
    """),
    "place": _read("""
        pair 1.76 name 1.42 after_place 1.29 nation 1.24 after_by -0.85 number -0.81 word_left
        0.76 begins -0.64 count -0.62 name_left 0.62 after_from 0.61 bare 0.59 quoted -0.51
        after_other -0.48 phrase -0.48 sentence -0.46 stop_first 0.45 before_bracket -0.44 figure
        -0.44 titled -0.41 stop_last -0.39 asked -0.37 words -0.32 bracketed 0.24 year -0.24
    """),
    "number": _read("""
        number 2.31 figure 1.79 name -1.62 count 1.39 clause -1.31 pair -1.31 bare -1.22 about
        1.21 phrase -0.97 word_right 0.97 year 0.85 chunk -0.84 head_after 0.8 lower 0.77
        after_about 0.68 word_left 0.6 before_bracket 0.55 quote -0.54 all_asked -0.47 reason
        -0.45 next -0.41 asked 0.4 name_right 0.4 previous 0.38 quoted -0.35 after_from 0.34
        after_on -0.31 stop_last 0.3 first_sentence -0.24 stop_first 0.24 head_in 0.23
    """),
    "name": _read("""
        name 1.09 bracket 0.76 long -0.75 year -0.71 before_bracket 0.59 clause -0.59 name_right
        0.58 head_before 0.57 number -0.56 bare 0.54 date -0.51 pair 0.5 count -0.49 nation -0.46
        word_left -0.45 asked 0.42 head_in 0.39 figure -0.38 quote 0.35 before_stop -0.34
        bracketed -0.32 said_year -0.32 after_said -0.3 after_about -0.29 all_asked -0.27
        head_after -0.21 name_left -0.19
    """),
    "reason": _read("""
        after_said 0.98 name -0.85 words 0.76 touches -0.75 phrase 0.68 pair -0.66 chunk 0.51
        previous -0.51 first_sentence 0.49 reason 0.48 before_bracket -0.46 after_by -0.44 number
        -0.42 after_place -0.41 next 0.41 word_right -0.41 before_stop 0.36 word_left -0.35
        after_other 0.24
    """),
    "manner": _read("""
        name -1.17 year -0.82 sentence 0.76 bracketed -0.72 pair -0.57 after_is 0.55 bare -0.55
        previous 0.54 before_bracket 0.53 asked 0.51 before_stop 0.48 quoted 0.42 date -0.41 quote
        0.37 after_said -0.36 after_by 0.35 word_left 0.32 reason 0.31 begins -0.28 name_left 0.26
        number 0.26 lower 0.24
    """),
    "definition": _read("""
        first_sentence 1.64 words 0.88 quoted 0.75 bracket -0.57 word_left -0.56 clause 0.54
        phrase 0.51 bracketed -0.48 after_from -0.45 number -0.41 best 0.31 next -0.31 name -0.28
        name_left -0.27 date -0.26 after_is 0.23
    """),
    "thing": _read("""
        head_in -0.83 word_left 0.67 before_bracket 0.56 date -0.53 said_year -0.53 quoted 0.5
        year -0.49 reason 0.46 about -0.44 after_title -0.41 asked 0.39 name 0.37 head_after -0.27
        pair 0.24
    """),
}
