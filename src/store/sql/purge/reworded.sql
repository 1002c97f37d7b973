-- {text} without the names of what is purged. The pattern first: it knows a namespace by what stands behind it.
arrayStringConcat(arrayMap(
    word -> if(has((SELECT groupArray(name) FROM purge_name WHERE what = 'word'), word), 'purged', word),
    extractAll(
        replaceRegexpAll(
            {text},
            (SELECT if(count() = 0, '[^\\s\\S]()()()()()()', any(name)) FROM purge_name WHERE what = 'pattern'),
            '\\1\\3\\5purged\\2\\4\\6'),
        '[A-Za-z0-9-]+|[^A-Za-z0-9-]+')))
