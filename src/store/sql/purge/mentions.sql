-- Whether {text} names what is purged: a pod by its name, a namespace as one is named with what is in it.
(
    cluster IN (SELECT cluster FROM purge_name)
    AND
    (
        hasAny(extractAll({text}, '[A-Za-z0-9-]+'), (SELECT groupArray(name) FROM purge_name WHERE what = 'word'))
        OR match({text}, (SELECT if(count() = 0, '[^\\s\\S]', any(name)) FROM purge_name WHERE what = 'pattern'))
    )
)
