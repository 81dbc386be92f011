namespace Commission.Storage.Tests.Conformance;

public abstract class CatalogConformanceTests(StoreFactory factory) : ConformanceTests(factory)
{
    [Fact]
    public async Task Put_New_IsVersionOne()
    {
        Assert.Equal(new CatalogPutResult.Put(1, 1), await PutAsync("ann", "doc"));

        var entry = await Store.Catalog.GetAsync("acme", "rep", "ann", null, Ct);
        Assert.Equal(("acme", "rep", "ann"), (entry!.Tenant, entry.Kind, entry.Id));
        Assert.Equal((1L, 1L), (entry.Version, entry.Sequence));
        Assert.Equal("doc", Text(entry.Document));
        Assert.Equal(Start, entry.RecordedAt);
    }

    [Fact]
    public async Task Put_Changed_KeepsEveryVersion()
    {
        await PutAsync("ann", "one");
        Time.Now = Start.AddDays(1);
        Assert.Equal(new CatalogPutResult.Put(2, 2), await PutAsync("ann", "two", 1));
        await PutAsync("bob", "other");
        Assert.Equal(new CatalogPutResult.Put(3, 4), await PutAsync("ann", "one", 2));

        var versions = await Store.Catalog.VersionsAsync("acme", "rep", "ann", Ct);
        Assert.Equal(["one", "two", "one"], versions.Select(entry => Text(entry.Document)));
        Assert.Equal([1, 2, 3], versions.Select(entry => entry.Version));
        Assert.Equal([1, 2, 4], versions.Select(entry => entry.Sequence));
        Assert.Equal([Start, Start.AddDays(1), Start.AddDays(1)], versions.Select(entry => entry.RecordedAt));
    }

    [Fact]
    public async Task Put_EqualToTheLatest_IsUnchanged()
    {
        await PutAsync("bob", "x");
        await PutAsync("ann", "same");

        Assert.Equal(new CatalogPutResult.Unchanged(1, 2), await PutAsync("ann", "same"));
        Assert.Equal(new CatalogPutResult.Unchanged(1, 2), await PutAsync("ann", "same", 1));
        Assert.Single(await Store.Catalog.VersionsAsync("acme", "rep", "ann", Ct));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Put_OtherVersionExpected_ConflictsAndWritesNothing(long expected)
    {
        await PutAsync("ann", "one");
        await PutAsync("ann", "two");

        Assert.Equal(new CatalogPutResult.VersionConflict(2), await PutAsync("ann", "two", expected));
        Assert.Equal(new CatalogPutResult.VersionConflict(2), await PutAsync("ann", "three", expected));
        Assert.Equal(2, (await Store.Catalog.ChangesAsync("acme", 0, 10, Ct)).Count);
    }

    [Fact]
    public async Task Put_ExpectedVersionOfNothing_IsZero()
    {
        Assert.Equal(new CatalogPutResult.VersionConflict(0), await PutAsync("ann", "one", 1));
        Assert.Equal(new CatalogPutResult.Put(1, 1), await PutAsync("ann", "one", 0));
    }

    [Fact]
    public async Task Put_EmptyDocument_IsADocument()
    {
        await PutAsync("ann", "");

        Assert.Equal(0, (await Store.Catalog.GetAsync("acme", "rep", "ann", null, Ct))!.Document.Length);
        Assert.Equal(new CatalogPutResult.Unchanged(1, 1), await PutAsync("ann", ""));
    }

    [Fact]
    public async Task PutAll_NewChangedAndEqual_PutsEachAsOneByOne()
    {
        await PutAsync("ann", "one");
        await PutAsync("bob", "same");

        var results = await PutAllAsync(("ann", "two", 1), ("bob", "same", null), ("cy", "new", 0));

        Assert.Equal(
            [new CatalogPutResult.Put(2, 3), new CatalogPutResult.Unchanged(1, 2), new CatalogPutResult.Put(1, 4)],
            results);
        var changes = await Store.Catalog.ChangesAsync("acme", 2, 10, Ct);
        Assert.Equal([("ann", "two"), ("cy", "new")], changes.Select(entry => (entry.Id, Text(entry.Document))));
        Assert.Empty(await PutAllAsync());
    }

    [Fact]
    public async Task PutAll_OneIsNotAtItsVersion_WritesNone()
    {
        await PutAsync("ann", "one");
        await PutAsync("ann", "two");

        var results = await PutAllAsync(("new", "x", 0), ("ann", "three", 1), ("bob", "y", null));

        Assert.Equal(
            [
                new CatalogPutResult.VersionConflict(0), new CatalogPutResult.VersionConflict(2),
                new CatalogPutResult.VersionConflict(0),
            ],
            results);
        Assert.Equal(2, (await Store.Catalog.ChangesAsync("acme", 0, 10, Ct)).Count);
        Assert.Null(await Store.Catalog.GetAsync("acme", "rep", "new", null, Ct));
    }

    [Fact]
    public async Task PutAll_ADocumentTwice_IsTheCallersMistake() =>
        await Assert.ThrowsAsync<ArgumentException>(() => PutAllAsync(("ann", "one", null), ("ann", "two", null)));

    [Fact]
    public async Task Get_ByVersion_ReturnsThatVersion()
    {
        await PutAsync("ann", "one");
        await PutAsync("ann", "two");

        Assert.Equal("one", Text((await Store.Catalog.GetAsync("acme", "rep", "ann", 1, Ct))!.Document));
        Assert.Equal("two", Text((await Store.Catalog.GetAsync("acme", "rep", "ann", null, Ct))!.Document));
        foreach (var missing in new[] { 0L, 3, -1, long.MaxValue })
        {
            Assert.Null(await Store.Catalog.GetAsync("acme", "rep", "ann", missing, Ct));
        }
    }

    [Fact]
    public async Task Get_OtherTenantKindOrId_IsNull()
    {
        await PutAsync("ann", "one");

        Assert.Null(await Store.Catalog.GetAsync("globex", "rep", "ann", null, Ct));
        Assert.Null(await Store.Catalog.GetAsync("acme", "plan", "ann", null, Ct));
        Assert.Null(await Store.Catalog.GetAsync("acme", "rep", "Ann", null, Ct));
        Assert.Empty(await Store.Catalog.VersionsAsync("globex", "rep", "ann", Ct));
    }

    [Fact]
    public async Task List_InPages_IsOrderedByUtf8BytesWithLatestVersions()
    {
        // U+FFFD sorts after U+1F600 by UTF-16 units, and before it by UTF-8 bytes and code points.
        string[] ordered = ["A", "B", "a", "a-1", "a1", "aa", "b", "é", "\ufffd", "\U0001f600"];
        foreach (var id in ordered.Reverse())
        {
            await PutAsync(id, "old");
            await PutAsync(id, $"new {id}");
        }

        await Store.Catalog.PutAsync("acme", "plan", "aaa", null, Bytes("x"), Ct);
        await Store.Catalog.PutAsync("globex", "rep", "aaa", null, Bytes("x"), Ct);
        var seen = new List<CatalogEntry>();
        for (string? after = null; ; after = seen[^1].Id)
        {
            var page = await Store.Catalog.ListAsync("acme", "rep", after, 3, Ct);
            seen.AddRange(page);
            if (page.Count < 3)
            {
                break;
            }
        }

        Assert.Equal(ordered, seen.Select(entry => entry.Id));
        Assert.All(seen, entry => Assert.Equal((2L, $"new {entry.Id}"), (entry.Version, Text(entry.Document))));
    }

    [Fact]
    public async Task List_AfterAnIdThatIsNotThere_BeginsBehindIt()
    {
        await PutAsync("a", "x");
        await PutAsync("c", "x");

        Assert.Equal(["c"], (await Store.Catalog.ListAsync("acme", "rep", "b", 10, Ct)).Select(entry => entry.Id));
        Assert.Empty(await Store.Catalog.ListAsync("nobody", "rep", null, 10, Ct));
    }

    [Fact]
    public async Task Changes_AfterASequence_AreAllKindsInOrderOfTheirTenant()
    {
        await PutAsync("ann", "one");
        await Store.Catalog.PutAsync("globex", "rep", "zed", null, Bytes("x"), Ct);
        await Store.Catalog.PutAsync("acme", "plan", "base", null, Bytes("p"), Ct);
        await PutAsync("ann", "two");

        var all = await Store.Catalog.ChangesAsync("acme", 0, 10, Ct);
        Assert.Equal([1, 2, 3], all.Select(entry => entry.Sequence));
        Assert.Equal(["rep/ann/1", "plan/base/1", "rep/ann/2"], all.Select(e => $"{e.Kind}/{e.Id}/{e.Version}"));
        Assert.Equal(all[1].Id, Assert.Single(await Store.Catalog.ChangesAsync("acme", 1, 1, Ct)).Id);
        Assert.Empty(await Store.Catalog.ChangesAsync("acme", 3, 10, Ct));
        Assert.Equal(1, Assert.Single(await Store.Catalog.ChangesAsync("globex", 0, 10, Ct)).Sequence);
    }

    [Fact]
    public async Task Put_Concurrently_ChangeSequenceHasNoGapsAndFollowersMissNothing()
    {
        var puts = Enumerable.Range(0, 64).Select(i => Task.Run(() => PutAsync($"r{i % 16}", $"v{i}"))).ToList();
        var seen = new List<long>();
        while (seen.Count < 64)
        {
            var page = await Store.Catalog.ChangesAsync("acme", seen.Count, 5, Ct);
            seen.AddRange(page.Select(entry => entry.Sequence));
            if (page.Count == 0)
            {
                await Task.WhenAny(puts.Where(put => !put.IsCompleted).DefaultIfEmpty(puts[0]));
            }
        }

        await Task.WhenAll(puts);
        Assert.Equal(Enumerable.Range(1, 64).Select(i => (long)i), seen);
    }

    private Task<IReadOnlyList<CatalogPutResult>> PutAllAsync(
        params IReadOnlyList<(string Id, string Document, long? Expected)> drafts)
    {
        var all = drafts.Select(draft => new CatalogDraft("rep", draft.Id, draft.Expected, Bytes(draft.Document)));
        return Store.Catalog.PutAllAsync("acme", [.. all], Ct);
    }

    private Task<CatalogPutResult> PutAsync(string id, string document, long? expected = null) =>
        Store.Catalog.PutAsync("acme", "rep", id, expected, Bytes(document), Ct);
}
