"""Contracts of what is asked about the map: the company that classes keep, and how it changes."""

from queries.ask import answers
from queries.ask.contracts import Function, contract

MAP_FUNCTIONS = (
    Function(
        contract(
            "company",
            "The company a class keeps at a layer: how many of its nearest classes are of each group.",
            {"class": "string", "layer": "string", "groups": "list<string>", "neighbours": "int"},
            {"group": "string", "name": "string", "count": "int"},
            "nearest by cosine of counts: of all channels, or where nothing was counted, of the channels in the "
            "attribution graphs; of equally near classes the lower index counts; groups are named by wnid, by id, "
            "or by a name that no other group has; count is a number of classes, and a class of several groups "
            "counts for each",
            {
                "class": "summit-inceptionv1/603",
                "layer": "mixed4d",
                "groups": ["n00004475", "n00021939"],
                "neighbours": 10,
            },
        ),
        answers.company,
    ),
    Function(
        contract(
            "company_by_layer",
            "The company a class keeps at every layer, lowest layer first: how many of its nearest classes are of "
            "each group.",
            {"class": "string", "groups": "list<string>", "neighbours": "int"},
            {"layer": "string", "group": "string", "name": "string", "count": "int"},
            "as for company; neighbours are counted at each layer",
            {"class": "summit-inceptionv1/603", "groups": ["n00004475", "n00021939"], "neighbours": 10},
        ),
        answers.company_by_layer,
    ),
    Function(
        contract(
            "moving_classes_of_model",
            "The classes whose nearest neighbours among all classes of a model, or of a group, change most between "
            "two layers; without layers, between any two neighbouring ones.",
            {
                "model": "string",
                "lower": "string?",
                "upper": "string?",
                "group": "string?",
                "neighbours": "int",
                "limit": "int",
            },
            {
                "class": "int",
                "name": "string",
                "lower": "string",
                "upper": "string",
                "moved": "float",
                "left": "list<int>",
                "joined": "list<int>",
                "left_names": "list<string>",
                "joined_names": "list<string>",
            },
            "classes are indexes; lower and upper are the layers it moves between; nearest by cosine of channel "
            "counts; moved is the share of the lower layer's neighbours that are gone (0..1), left holds those, "
            "joined the new ones, nearest first, and the names go with them",
            {
                "model": "summit-inceptionv1",
                "lower": "mixed4a",
                "upper": "mixed5b",
                "neighbours": 10,
                "limit": 10,
            },
        ),
        answers.moving_classes_of_model,
    ),
    Function(
        contract(
            "changes_of_company",
            "The classes that change their nearest neighbours most over all layers, and between which two layers.",
            {"model": "string", "neighbours": "int", "limit": "int"},
            {
                "class": "int",
                "name": "string",
                "total": "float",
                "lower": "string",
                "upper": "string",
                "moved": "float",
            },
            "nearest as for company; total is the sum, over neighbouring layers, of the shares of the lower "
            "layer's neighbours that are gone; lower and upper are the layers where its share is farthest above "
            "the mean of all classes, and moved is its share there (0..1)",
            {"model": "summit-inceptionv1", "neighbours": 10, "limit": 8},
        ),
        answers.changes_of_company,
    ),
)
