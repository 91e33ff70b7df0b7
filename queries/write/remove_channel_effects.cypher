// about:   Forget what single channels were found to do to a class.
// params:  class: string
// returns: nothing
MATCH (:ImageClass {id: $class})-[effect:LOSES]->(:Channel)
DELETE effect
