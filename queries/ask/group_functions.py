"""Contracts of what is asked about groups of classes: motifs, contrasts and differences."""

from queries.ask import answers
from queries.ask.answers import ODDS
from queries.ask.contracts import Function, contract

MOTIF_COLUMNS = {
    "sources": "list<string>",
    "targets": "list<string>",
    "support": "int",
    "classes": "list<int>",
    "nearly": "list<int>",
    "weighted": "int",
    "log_p": "float",
}
MOTIF_UNITS = (
    "share is of the classes (0..1), with a minimum of two classes; length is a chain's, in channels (3); channel "
    "keeps only motifs that contain it; a search ends after `seconds` (up to 60) with what it found, a note, and a "
    "cursor that continues it. Edge i goes from sources[i] to targets[i]; support is the number of classes, nearly "
    "lists the classes that lack one edge; weighted is the sum over the classes of the smallest weight of the edges "
    "(pictures); log_p is the natural logarithm of the chance of this support if each edge kept its frequency"
)


GROUPS_ASKED = {"model": "string", "group": "string", "against": "string", "limit": "int"}
GROUPS_EXAMPLE = {"model": "summit-inceptionv1", "group": "bear", "against": "mammal", "limit": 10}
CONTRAST_COLUMNS = {"here": "int", "there": "int"} | dict.fromkeys(ODDS, "float")
CONTRAST_UNITS = (
    "here and there are numbers of classes of the two groups (a class of both counts for the first); low and high "
    "bound the odds ratio at 95 %; p is for ranking and proves nothing, because classes are not independent samples"
)

DIFFERENCE_COLUMNS = dict.fromkeys(("first", "second", "difference"), "float")
DIFFERENCE_UNITS = (
    "means of shares of a class's pictures (0..1), 0 for a class without it; if the number of pictures is unknown, the "
    "largest count or weight in the class's graph is used; a class of both groups counts for the first"
)

GROUP_FUNCTIONS = (
    Function(
        contract(
            "motifs",
            "Motifs that at least a share of a group's classes (of all classes without a group) have, least likely "
            "by chance first. shape is CLOSED, MAXIMAL, EDGE, CHAIN, FAN_IN, FAN_OUT, DIAMOND or BI_FAN.",
            {
                "model": "string",
                "group": "string?",
                "shape": "string",
                "share": "float",
                "length": "int?",
                "channel": "string?",
                "seconds": "float",
                "cursor": "string?",
                "limit": "int",
            },
            MOTIF_COLUMNS,
            MOTIF_UNITS,
            {
                "model": "summit-inceptionv1",
                "group": "bear",
                "shape": "CLOSED",
                "share": 0.75,
                "seconds": 10,
                "limit": 10,
            },
        ),
        answers.motifs,
    ),
    Function(
        contract(
            "contrasted_motifs",
            "Motifs that at least a share of a group's classes have, by how much rarer they are in another group: "
            "one-sided Fisher's exact test, Benjamini and Hochberg's q, odds ratio with its 95 % interval.",
            {
                "model": "string",
                "group": "string",
                "against": "string",
                "shape": "string",
                "share": "float",
                "rare": "float?",
                "length": "int?",
                "channel": "string?",
                "seconds": "float",
                "cursor": "string?",
                "limit": "int",
            },
            {**MOTIF_COLUMNS, "against": "int"} | dict.fromkeys(ODDS, "float"),
            MOTIF_UNITS + "; against is the number of classes of the other group that have it, at most the share "
            "rare (0..1) of them; p is for ranking and proves nothing, because classes are not independent samples",
            {
                "model": "summit-inceptionv1",
                "group": "dog",
                "against": "feline",
                "shape": "CLOSED",
                "share": 0.4,
                "seconds": 10,
                "limit": 10,
            },
        ),
        answers.contrasted_motifs,
    ),
    Function(
        contract(
            "contrasted_channels",
            "The channels that a group's classes have and another group's lack, most distinctive first: one-sided "
            "Fisher's exact test, Benjamini and Hochberg's q over what can be significant at all (Tarone), odds "
            "ratio.",
            GROUPS_ASKED,
            {"channel": "string", **CONTRAST_COLUMNS},
            CONTRAST_UNITS,
            GROUPS_EXAMPLE,
        ),
        answers.contrasted_channels,
    ),
    Function(
        contract(
            "contrasted_edges",
            "The edges that a group's classes have and another group's lack, most distinctive first: as "
            "contrasted_channels.",
            GROUPS_ASKED,
            {"source": "string", "target": "string", **CONTRAST_COLUMNS},
            CONTRAST_UNITS + "; edges that fewer than two of all these classes have are omitted",
            GROUPS_EXAMPLE,
        ),
        answers.contrasted_edges,
    ),
    Function(
        contract(
            "group_difference_channels",
            "Signed difference of two groups by channel: the mean share of pictures in the first group's "
            "attribution graphs minus that in the second's; largest difference first. As difference_channels.",
            GROUPS_ASKED,
            {"channel": "string", **DIFFERENCE_COLUMNS},
            DIFFERENCE_UNITS,
            GROUPS_EXAMPLE,
        ),
        answers.group_difference_channels,
    ),
    Function(
        contract(
            "group_difference_edges",
            "Signed difference of two groups by edge: the mean share of pictures in the first group's attribution "
            "graphs minus that in the second's; largest difference first. As difference_edges.",
            GROUPS_ASKED,
            {"source": "string", "target": "string", **DIFFERENCE_COLUMNS},
            DIFFERENCE_UNITS,
            GROUPS_EXAMPLE,
        ),
        answers.group_difference_edges,
    ),
    Function(
        contract(
            "motif_baseline",
            "Whether a group shares more than chance: its number of closed connected motifs, compared with random "
            "groups of the same size.",
            {"model": "string", "group": "string", "share": "float", "draws": "int", "seed": "int"},
            {"observed": "int", "drawn": "list<int>", "chance": "float", "whole": "bool"},
            "drawn has one number of motifs per random group; chance is the share of groups, this one included, "
            "that have at least as many (0..1); whole is false if a search took over a second: its number is low",
            {"model": "summit-inceptionv1", "group": "dog", "share": 0.2, "draws": 20, "seed": 0},
        ),
        answers.motif_baseline,
    ),
)
