namespace Commission.Storage.Tests.Conformance;

public abstract class GrainStateConformanceTests(StoreFactory factory) : ConformanceTests(factory)
{
    [Fact]
    public async Task Read_NeverWritten_IsNull() =>
        Assert.Null(await Store.States.ReadStateAsync("cursor", "shard/1", Ct));

    [Fact]
    public async Task Write_ThenRead_ReturnsStateAndEtag()
    {
        var etag = await WriteAsync(null, "one");

        var state = await Store.States.ReadStateAsync("cursor", "k", Ct);
        Assert.Equal("one", Text(state!.State));
        Assert.Equal(etag, state.Etag);
    }

    [Fact]
    public async Task Write_WithTheCurrentEtag_ReplacesAndChangesTheEtag()
    {
        var first = await WriteAsync(null, "one");
        var second = await WriteAsync(first, "two");

        Assert.NotEqual(first, second);
        Assert.Equal("two", Text((await Store.States.ReadStateAsync("cursor", "k", Ct))!.State));
    }

    [Fact]
    public async Task Write_WithAnotherEtag_ConflictsAndNamesTheCurrentOne()
    {
        var first = await WriteAsync(null, "one");
        var second = await WriteAsync(first, "two");

        foreach (var wrong in new[] { null, first, "nonsense" })
        {
            Assert.Equal(new StateWriteResult.Conflict(second), await TryWriteAsync(wrong, "three"));
            var cleared = await Store.States.ClearStateAsync("cursor", "k", wrong, Ct);
            Assert.Equal(new StateWriteResult.Conflict(second), cleared);
        }

        Assert.Equal("two", Text((await Store.States.ReadStateAsync("cursor", "k", Ct))!.State));
    }

    [Fact]
    public async Task Write_WithEtagWhereNothingIs_Conflicts() =>
        Assert.Equal(new StateWriteResult.Conflict(null), await TryWriteAsync("1", "one"));

    [Fact]
    public async Task Clear_ThenWrite_NeverRepeatsAnEtag()
    {
        var first = await WriteAsync(null, "one");
        Assert.Equal(
            new StateWriteResult.Written(null), await Store.States.ClearStateAsync("cursor", "k", first, Ct));
        Assert.Null(await Store.States.ReadStateAsync("cursor", "k", Ct));
        Assert.Equal(new StateWriteResult.Conflict(null), await TryWriteAsync(first, "stale"));

        var second = await WriteAsync(null, "two");

        Assert.NotEqual(first, second);
        Assert.Equal("two", Text((await Store.States.ReadStateAsync("cursor", "k", Ct))!.State));
    }

    [Fact]
    public async Task Clear_NothingThere_Succeeds()
    {
        Assert.Equal(
            new StateWriteResult.Written(null), await Store.States.ClearStateAsync("cursor", "k", null, Ct));
        await WriteAsync(null, "one");
    }

    [Fact]
    public async Task Write_EmptyState_IsAState()
    {
        var etag = await WriteAsync(null, "");

        var state = await Store.States.ReadStateAsync("cursor", "k", Ct);
        Assert.Equal((etag, 0), (state!.Etag, state.State.Length));
    }

    [Fact]
    public async Task Write_SameKeyOtherName_IsAnotherState()
    {
        await WriteAsync(null, "one");

        Assert.Null(await Store.States.ReadStateAsync("other", "k", Ct));
        Assert.IsType<StateWriteResult.Written>(
            await Store.States.WriteStateAsync("other", "k", null, Bytes("x"), Ct));
        Assert.Equal("one", Text((await Store.States.ReadStateAsync("cursor", "k", Ct))!.State));
    }

    [Fact]
    public async Task Write_RaceForOneEtag_ExactlyOneWins()
    {
        var etag = await WriteAsync(null, "one");

        var results = await Task.WhenAll(
            Enumerable.Range(0, 32).Select(i => Task.Run(() => TryWriteAsync(etag, $"{i}"))));

        var winner = Assert.Single(results.OfType<StateWriteResult.Written>());
        Assert.Equal(winner.Etag, (await Store.States.ReadStateAsync("cursor", "k", Ct))!.Etag);
        Assert.Equal(31, results.Count(result => result == new StateWriteResult.Conflict(winner.Etag)));
    }

    private Task<StateWriteResult> TryWriteAsync(string? etag, string state) =>
        Store.States.WriteStateAsync("cursor", "k", etag, Bytes(state), Ct);

    private async Task<string> WriteAsync(string? etag, string state) =>
        Assert.IsType<StateWriteResult.Written>(await TryWriteAsync(etag, state)).Etag!;
}
