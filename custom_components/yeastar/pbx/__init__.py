"""A device library for Yeastar PBXs of any family; knows nothing of Home Assistant.

    async with aiohttp.ClientSession() as session:
        pbx = SSeriesPbx("Home", SSeriesClient(session, **where))
        await pbx.poll(slowly=True)
        for extension in pbx.inventory.extensions.values():
            print(extension.number, extension.name, extension.state)
        await pbx.close()

Here `where` holds `host`, `port`, `ssl`, `username` and `password`.

`interface.Pbx` is what all families have in common, `calls` is their call model; each
family has a package of its own.
"""
