"""Contracts of what is asked about channels: the names that are suggested for them."""

from queries.ask import answers
from queries.ask.contracts import Function, contract

CHANNEL_FUNCTIONS = (
    Function(
        contract(
            "suggested_names",
            "What channels may be called: for each the group of classes most enriched among the classes whose graphs "
            "have the channel, strongest evidence first; channels without such a group are omitted.",
            {"model": "string", "search": "string?", "limit": "int"},
            {
                "channel": "string",
                "name": "string",
                "groups": "list<string>",
                "together": "int",
                "classes": "int",
                "size": "int",
                "log_p": "float",
                "q": "float",
            },
            "search keeps names that hold each of its words; groups are ids, several where they have the same classes; "
            "together of the group's `size` classes are among the `classes` that have the channel, all with a graph; "
            "log_p is the natural logarithm of the hypergeometric chance of so many or more, q after Benjamini "
            "and Hochberg over all pairs of channel and group, below 0.01; of groups with equal chances the smallest. "
            "Classes are not independent samples, so a name is a suggestion and proves nothing",
            {"model": "summit-inceptionv1", "search": "fish", "limit": 10},
        ),
        answers.suggested_names_of_model,
    ),
)
