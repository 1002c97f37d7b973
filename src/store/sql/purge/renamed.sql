-- What takes the place of {text}, which is a {what}; itself where nothing does.
transform(
    {text},
    (SELECT groupArray(name) FROM (SELECT name FROM purge_name WHERE what = 'renamed {what}' ORDER BY name, token)),
    (SELECT groupArray(token) FROM (SELECT token FROM purge_name WHERE what = 'renamed {what}' ORDER BY name, token)),
    {text})
