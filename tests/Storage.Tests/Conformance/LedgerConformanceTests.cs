namespace Commission.Storage.Tests.Conformance;

public abstract class LedgerConformanceTests(StoreFactory factory) : ConformanceTests(factory)
{
    [Fact]
    public async Task Append_NewAccount_NumbersFromOne()
    {
        var result = await Store.Ledger.AppendAsync("rep/acme/ann", 0, Payloads("one", "two"), Ct);

        Assert.Equal(new LedgerAppendResult.Appended(2), result);
        var records = await Store.Ledger.ReadAsync("rep/acme/ann", 0, 10, Ct);
        Assert.Equal([1, 2], records.Select(record => record.Sequence));
        Assert.Equal(["one", "two"], records.Select(record => Text(record.Payload)));
        Assert.All(records, record => Assert.Equal("rep/acme/ann", record.Account));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Append_WrongSequence_IsFencedAndWritesNothing(long expectedSequence)
    {
        await Store.Ledger.AppendAsync("a", 0, Payloads("one", "two"), Ct);

        var result = await Store.Ledger.AppendAsync("a", expectedSequence, Payloads("x", "y"), Ct);

        Assert.Equal(new LedgerAppendResult.Fenced(2), result);
        Assert.Equal("two", Text((await Store.Ledger.ReadLastAsync("a", Ct))!.Payload));
    }

    [Fact]
    public async Task Append_UnknownAccountWithSequence_IsFencedAtZero() =>
        Assert.Equal(
            new LedgerAppendResult.Fenced(0), await Store.Ledger.AppendAsync("a", 1, Payloads("x"), Ct));

    [Fact]
    public async Task Append_NoPayloads_CreatesNothing()
    {
        Assert.Equal(new LedgerAppendResult.Appended(0), await Store.Ledger.AppendAsync("a", 0, [], Ct));
        await Store.Ledger.AppendAsync("b", 0, Payloads("of b"), Ct);
        Assert.Equal(new LedgerAppendResult.Appended(1), await Store.Ledger.AppendAsync("a", 0, Payloads("1"), Ct));

        Assert.Equal("1", Text((await Store.Ledger.ReadLastAsync("a", Ct))!.Payload));
        Assert.Equal("of b", Text((await Store.Ledger.ReadLastAsync("b", Ct))!.Payload));
    }

    [Fact]
    public async Task Read_UnknownAccount_IsEmpty()
    {
        await Store.Ledger.AppendAsync("rep/acme/ann", 0, Payloads("one"), Ct);

        Assert.Empty(await Store.Ledger.ReadAsync("rep/acme/an", 0, 10, Ct));
        Assert.Empty(await Store.Ledger.ReadAsync("rep/acme/Ann", 0, 10, Ct));
        Assert.Null(await Store.Ledger.ReadLastAsync("rep/acme/anna", Ct));
    }

    [Fact]
    public async Task Read_InPages_SeesEveryRecordOfItsAccountOnce()
    {
        await Store.Ledger.AppendAsync("a", 0, Payloads([.. Enumerable.Range(1, 25).Select(i => $"a{i}")]), Ct);
        await Store.Ledger.AppendAsync("b", 0, Payloads("b1", "b2"), Ct);

        var second = await Store.Ledger.ReadAsync("a", 10, 10, Ct);
        var third = await Store.Ledger.ReadAsync("a", 20, 10, Ct);

        Assert.Equal(Enumerable.Range(11, 10).Select(i => $"a{i}"), second.Select(record => Text(record.Payload)));
        Assert.Equal([21, 22, 23, 24, 25], third.Select(record => record.Sequence));
        Assert.Empty(await Store.Ledger.ReadAsync("a", 25, 10, Ct));
        Assert.Empty(await Store.Ledger.ReadAsync("a", long.MaxValue, 10, Ct));
    }

    [Fact]
    public async Task ReadLast_AfterEachAppend_IsTheNewest()
    {
        for (var i = 0; i < 5; i++)
        {
            await Store.Ledger.AppendAsync("a", i, Payloads($"{i}"), Ct);
            var last = await Store.Ledger.ReadLastAsync("a", Ct);
            Assert.Equal((i + 1L, $"{i}"), (last!.Sequence, Text(last.Payload)));
        }
    }

    [Fact]
    public async Task ReadLast_OfManyAccounts_AnswersInTheirOrder()
    {
        await Store.Ledger.AppendAsync("deal/a", 0, Payloads("a1", "a2"), Ct);
        await Store.Ledger.AppendAsync("deal/ab", 0, Payloads("ab1"), Ct);
        await Store.Ledger.AppendAsync("deal/é", 0, [default(ReadOnlyMemory<byte>)], Ct);

        var lasts = await Store.Ledger.ReadLastAsync(
            ["deal/none", "deal/ab", "deal/a", "deal/é", "deal/a", "deal/A"], Ct);

        Assert.Equal([null, 1, 2, 1, 2, null], lasts.Select(record => record?.Sequence));
        Assert.Equal([null, "deal/ab", "deal/a", "deal/é", "deal/a", null], lasts.Select(record => record?.Account));
        Assert.Equal([null, "ab1", "a2", "", "a2", null],
            lasts.Select(record => record is null ? null : Text(record.Payload)));
        Assert.Empty(await Store.Ledger.ReadLastAsync([], Ct));
    }

    [Fact]
    public async Task ReadLast_OfThousandsOfAccounts_EqualsReadingEach()
    {
        var names = Enumerable.Range(0, 3000).Select(i => $"deal/acme/d{i}").ToList();
        await Task.WhenAll(names.Where((_, i) => i % 3 != 0)
            .Select(name => Store.Ledger.AppendAsync(name, 0, Payloads(name), Ct)));

        var lasts = await Store.Ledger.ReadLastAsync(names, Ct);

        Assert.Equal(
            names.Select((name, i) => i % 3 == 0 ? null : name),
            lasts.Select(record => record is null ? null : Text(record.Payload)));
    }

    [Fact]
    public async Task ReadLast_OfAnInvalidAccount_IsRefused() =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.Ledger.ReadLastAsync(["a", ""], Ct));

    [Fact]
    public async Task Append_EmptyAndLargePayloads_ReturnsThem()
    {
        var large = new byte[200_000];
        new Random(2).NextBytes(large);
        await Store.Ledger.AppendAsync("a", 0, [default, large], Ct);

        var records = await Store.Ledger.ReadAsync("a", 0, 10, Ct);
        Assert.True(records[0].Payload.IsEmpty);
        Assert.Equal(large, records[1].Payload.ToArray());
    }

    [Fact]
    public async Task Append_InvalidAccount_IsRefused()
    {
        foreach (var account in new[] { "", "a\0", new string('é', StorageLimits.KeyBytesMax) })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(
                () => Store.Ledger.AppendAsync(account, 0, Payloads("x"), Ct));
        }
    }

    [Fact]
    public async Task Append_CallerChangesItsMemoryLater_RecordStays()
    {
        var payload = Bytes("before");
        await Store.Ledger.AppendAsync("a", 0, [payload], Ct);
        payload[0] = (byte)'x';

        Assert.Equal("before", Text((await Store.Ledger.ReadLastAsync("a", Ct))!.Payload));
    }

    [Fact]
    public async Task Append_SixtyFourWritersOnEightAccounts_StaysContiguousAndLosesNothing()
    {
        var writers = Enumerable.Range(0, 64).Select(w => Task.Run(() => WriteUntilAppendedAsync(w, 8)));
        await Task.WhenAll(writers);

        for (var account = 0; account < 8; account++)
        {
            var records = await Store.Ledger.ReadAsync($"rep/{account}", 0, 1_000, Ct);
            Assert.Equal(Enumerable.Range(1, 64).Select(i => (long)i), records.Select(record => record.Sequence));
            Assert.Equal(64, records.Select(record => Text(record.Payload)).Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Fact]
    public async Task Append_RaceForOneSequence_ExactlyOneWins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 32).Select(
            i => Task.Run(() => Store.Ledger.AppendAsync("a", 0, Payloads($"{i}"), Ct))));

        Assert.Single(results, new LedgerAppendResult.Appended(1));
        Assert.Equal(31, results.Count(result => result == new LedgerAppendResult.Fenced(1)));
    }

    private async Task WriteUntilAppendedAsync(int writer, int count)
    {
        var sequence = 0L;
        for (var done = 0; done < count;)
        {
            var payloads = Payloads($"{writer}-{done}");
            switch (await Store.Ledger.AppendAsync($"rep/{writer % 8}", sequence, payloads, Ct))
            {
                case LedgerAppendResult.Appended appended:
                    sequence = appended.Sequence;
                    done++;
                    break;
                case LedgerAppendResult.Fenced fenced:
                    sequence = fenced.ActualSequence;
                    break;
            }
        }
    }
}
