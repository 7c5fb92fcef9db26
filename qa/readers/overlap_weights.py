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
        word_left 7.85 word_right 4.99 name_left 4.69 name_right 2.56 previous 1.5 all_asked -1.45
        head_in 1.44 sentence 1.25 asked -1 bracketed -0.88 nation -0.87 words 0.71 bare 0.68 name
        0.65 lower -0.63 quote 0.63 bracket 0.55 head_before 0.55 phrase -0.55 next 0.53 after_is
        0.49 before_stop 0.48 reason -0.46 best 0.44 first_sentence 0.43 before_bracket 0.41 about
        -0.37 year 0.37 after_the 0.36 long -0.36 after_place -0.35 figure -0.34 touches -0.32
        after_about -0.29 pair 0.29 after_said 0.28 clause -0.27 date -0.22 stop_first -0.22
        before_comma 0.2 stop_last -0.19 titled -0.18 head_after 0.16 begins 0.09 quoted -0.09
        number -0.06
    """),
    "english": _read("""
        word_right 0.95 name_right 0.94 sentence 0.77 figure 0.66 head_after 0.66 about 0.64
        first_sentence -0.64 best 0.63 after_place 0.55 phrase 0.55 after_is -0.52 name_left 0.52
        after_by 0.5 after_title 0.48 bracketed 0.45 bare -0.44 stop_last -0.37 words -0.32 quoted
        0.31
    """),
    "person": _read("""
        name 1.77 bare 1.6 after_by 1.42 pair 1.37 after_place -1.17 quoted -0.97 number -0.91
        word_right 0.79 asked -0.75 sentence -0.68 date -0.65 lower -0.56 stop_first -0.52
        head_before 0.51 previous -0.49 count -0.47 year -0.47 begins 0.46 after_on -0.43
        after_the -0.43 name_left 0.42 before_stop -0.39 words 0.37 all_asked 0.35 said_year -0.32
        bracketed -0.31 reason -0.28
    """),
    "time": _read("""
        date 2.35 year 2.11 before_bracket -1.69 said_year 1.27 after_on 1.26 after_is -1.23 bare
        -1.18 count 1.11 lower -0.95 pair -0.95 chunk -0.83 bracketed 0.79 head_before -0.73
        number 0.73 after_title -0.69 nation -0.69 name -0.65 after_by -0.64 bracket -0.63
        after_place 0.61 quoted -0.61 word_right -0.59 head_in 0.56 titled -0.49 quote -0.44
        after_said -0.42 asked -0.42 figure -0.41 after_from -0.4 words -0.33 stop_last 0.27
    """),
    "place": _read("""
        pair 1.76 name 1.42 after_place 1.29 nation 1.24 after_by -0.86 number -0.81 word_left
        0.76 begins -0.64 count -0.63 name_left 0.62 after_from 0.61 bare 0.59 quoted -0.51
        after_other -0.48 phrase -0.48 sentence -0.46 stop_first 0.45 before_bracket -0.44 figure
        -0.44 titled -0.41 stop_last -0.39 asked -0.37 words -0.32 bracketed 0.24 year -0.24
    """),
    "number": _read("""
        number 2.31 figure 1.79 name -1.61 count 1.39 pair -1.31 clause -1.3 about 1.22 bare -1.22
        word_right 0.97 phrase -0.96 chunk -0.84 year 0.84 head_after 0.8 lower 0.77 after_about
        0.68 word_left 0.6 before_bracket 0.56 quote -0.54 all_asked -0.47 reason -0.46 asked 0.4
        name_right 0.4 next -0.4 previous 0.37 quoted -0.36 after_from 0.34 after_on -0.31
        stop_last 0.3 first_sentence -0.24 stop_first 0.24 head_in 0.23
    """),
    "name": _read("""
        name 1.09 bracket 0.75 long -0.74 year -0.71 before_bracket 0.6 clause -0.6 name_right
        0.58 head_before 0.57 number -0.56 bare 0.53 date -0.51 pair 0.5 count -0.49 nation -0.46
        word_left -0.44 asked 0.42 head_in 0.39 figure -0.38 before_stop -0.34 quote 0.33
        after_said -0.32 bracketed -0.32 said_year -0.32 after_about -0.29 all_asked -0.26
        head_after -0.21 name_left -0.19
    """),
    "reason": _read("""
        after_said 0.89 name -0.86 words 0.74 touches -0.71 pair -0.65 phrase 0.65 reason 0.54
        chunk 0.52 previous -0.52 after_by -0.49 first_sentence 0.49 after_place -0.48
        before_bracket -0.46 word_right -0.43 number -0.41 next 0.35 before_stop 0.33 word_left
        -0.32
    """),
    "manner": _read("""
        name -1.17 year -0.82 sentence 0.77 bracketed -0.73 pair -0.57 after_is 0.55 bare -0.55
        previous 0.54 before_bracket 0.53 asked 0.51 before_stop 0.48 date -0.41 quoted 0.41
        after_said -0.36 quote 0.36 after_by 0.35 word_left 0.32 reason 0.31 begins -0.28 number
        0.26 name_left 0.25 lower 0.24
    """),
    "definition": _read("""
        first_sentence 1.65 words 0.88 quoted 0.74 word_left -0.59 bracket -0.57 clause 0.53
        phrase 0.52 bracketed -0.48 after_from -0.44 number -0.41 next -0.3 best 0.29 name -0.28
        date -0.26 name_left -0.26 after_is 0.24
    """),
    "thing": _read("""
        head_in -0.83 word_left 0.66 before_bracket 0.56 date -0.53 said_year -0.53 quoted 0.49
        year -0.49 reason 0.45 about -0.44 after_title -0.41 asked 0.38 name 0.37 head_after -0.27
        pair 0.23
    """),
}
