using System.Globalization;
using System.Text;
using Commission.Grains.Journals;
using Commission.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Commission.Grains.Tests;

/// <summary>Whatever becomes of the pieces of a snapshot, an account is read as the ledger has it.</summary>
public sealed class AccountSnapshotsTests
{
    private const string Account = "rep/acme/ann";
    private const int PieceRecords = 4;
    private readonly MemoryStore _store = new();

    public static TheoryData<int> Lengths => [.. Enumerable.Range(0, 14)];

    public static TheoryData<string, int> Damages
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach (var damage in new[] { "torn", "empty", "flipped", "other account", "other version", "moved" })
            {
                all.Add(damage, 0);
                all.Add(damage, 1);
                all.Add(damage, 2);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task Read_WithAndWithoutPieces_GivesTheAccount(int length)
    {
        await AppendAsync(length);
        await CheckAsync(piecesRead: 0);
        await WriteAsync();
        Assert.Equal(length / PieceRecords, await CountPiecesAsync());

        await CheckAsync(piecesRead: length / PieceRecords);
        await AppendAsync(2);
        await CheckAsync(piecesRead: length / PieceRecords);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Read_DamagedPiece_ReadsTheLedgerAndPutsThePieceRight(string damage, int piece)
    {
        await AppendAsync(14);
        await WriteAsync();
        var good = await PieceAsync(piece);
        await PutAsync(piece, await DamagedAsync(damage, good));

        await CheckAsync(piecesRead: piece);
        await WriteAsync();

        Assert.True((await PieceAsync(piece)).AsSpan().SequenceEqual(good));
        await CheckAsync(piecesRead: 3);
    }

    [Fact]
    public async Task Read_MissingPiece_ReadsTheLedgerFromThere()
    {
        await AppendAsync(14);
        await WriteAsync();
        var record = await _store.ReadStateAsync(AccountSnapshots.Name, Key(1), default);
        await _store.ClearStateAsync(AccountSnapshots.Name, Key(1), record!.Etag, default);

        await CheckAsync(piecesRead: 1);
        await WriteAsync();
        await CheckAsync(piecesRead: 3);
    }

    [Fact]
    public async Task Read_PieceNewerThanTheLedger_IsIgnored()
    {
        await AppendAsync(9);
        await WriteAsync();
        var earlier = new AccountSnapshotsTests();
        await earlier.AppendAsync(6);
        await earlier.PutAsync(0, await PieceAsync(0));
        await earlier.PutAsync(1, await PieceAsync(1));

        await earlier.CheckAsync(piecesRead: 1);
    }

    [Fact]
    public async Task Read_PiecesOfAnAccountThatWentAnotherWay_AreIgnoredAndReplaced()
    {
        await AppendAsync(9, "other");
        await WriteAsync();
        var restored = new AccountSnapshotsTests();
        await restored.AppendAsync(9);
        await restored.PutAsync(0, await PieceAsync(0));
        await restored.PutAsync(1, await PieceAsync(1));

        await restored.CheckAsync(piecesRead: 0);
        await restored.WriteAsync();
        await restored.CheckAsync(piecesRead: 2);
    }

    [Fact]
    public async Task Write_ByTwoActivationsAtOnce_GivesOneSnapshot()
    {
        await AppendAsync(23);
        await Task.WhenAll(WriteAsync(), WriteAsync());
        Assert.Equal(5, await CountPiecesAsync());
        await CheckAsync(piecesRead: 5);
    }

    [Fact]
    public async Task Write_LargeRecords_MakesPiecesOfFewer()
    {
        var large = new ReadOnlyMemory<byte>[] { new byte[3 << 20], new byte[3 << 20], new byte[10] };
        await _store.AppendAsync(Account, 0, large, default);
        await AppendAsync(4);
        await WriteAsync();
        Assert.Equal(2, await CountPiecesAsync());
        await CheckAsync(piecesRead: 2);
    }

    [Fact]
    public async Task Stop_WhileWriting_LeavesWhatIsRight()
    {
        await AppendAsync(40);
        var (snapshots, sequence) = await OpenAsync(new Reading());
        snapshots.Grown(sequence);
        await snapshots.StopAsync();
        snapshots.Grown(sequence);
        await snapshots.Writing;
        await CheckAsync(piecesRead: (int)await CountPiecesAsync());
    }

    private static string Key(int piece) => string.Create(CultureInfo.InvariantCulture, $"{Account}#{piece}");

    private async Task<byte[]> DamagedAsync(string damage, byte[] good)
    {
        var bad = good.ToArray();
        switch (damage)
        {
            case "torn": return bad[..^3];
            case "empty": return [];
            case "flipped":
                bad[bad.Length / 2] ^= 8;
                return bad;
            case "other account": return Sealed("rep/acme/bob", version: 7);
            case "other version": return Sealed(Account, version: 8);
            default:
                await Task.CompletedTask;
                return SnapshotPiece.Seal(Account, 7, 99, [new byte[] { 1 }], [1, 1]);
        }

        byte[] Sealed(string account, int version) => SnapshotPiece.Seal(
            account,
            version,
            BitConverter.ToInt64(good, 4),
            [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(new byte[1], 4)],
            good.AsSpan(28..^4));
    }

    private async Task AppendAsync(int count, string prefix = "record")
    {
        var before = (await _store.ReadLastAsync(Account, default))?.Sequence ?? 0;
        var payloads = Enumerable.Range(0, count).Select(i =>
            (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($"{prefix} {before + i}"));
        await _store.AppendAsync(Account, before, [.. payloads], default);
    }

    private async Task<(AccountSnapshots Snapshots, long Sequence)> OpenAsync(Reading reading)
    {
        var snapshots = new AccountSnapshots(
            _store, _store, Account, new HexTexts(), PieceRecords, NullLogger.Instance);
        var (_, sequence) = await snapshots.ReadAsync(reading.Begin, default);
        return (snapshots, sequence);
    }

    private async Task WriteAsync()
    {
        var (snapshots, sequence) = await OpenAsync(new Reading());
        snapshots.Grown(sequence);
        await snapshots.Writing;
    }

    private async Task CheckAsync(int piecesRead)
    {
        var reading = new Reading();
        var (_, sequence) = await OpenAsync(reading);
        var records = await _store.ReadAsync(Account, 0, 1000, default);
        Assert.Equal(records.Count, sequence);
        Assert.Equal(records.Select(record => Convert.ToHexString(record.Payload.Span)), reading.Records);
        Assert.Equal(piecesRead, reading.Pieces);
        Assert.True(reading.IsFinished);
    }

    private async Task<int> CountPiecesAsync()
    {
        var pieces = 0;
        while (await _store.ReadStateAsync(AccountSnapshots.Name, Key(pieces), default) is not null)
        {
            pieces++;
        }

        return pieces;
    }

    private async Task<byte[]> PieceAsync(int piece) =>
        (await _store.ReadStateAsync(AccountSnapshots.Name, Key(piece), default))!.State.ToArray();

    private async Task PutAsync(int piece, byte[] content)
    {
        var there = await _store.ReadStateAsync(AccountSnapshots.Name, Key(piece), default);
        Assert.IsType<StateWriteResult.Written>(
            await _store.WriteStateAsync(AccountSnapshots.Name, Key(piece), there?.Etag, content, default));
    }

    /// <summary>Notes what an account is read as.</summary>
    private sealed class Reading : ISnapshotReader
    {
        public List<string> Records { get; } = [];

        public int Pieces { get; private set; }

        public bool IsFinished { get; private set; }

        public Reading Begin()
        {
            Records.Clear();
            Pieces = 0;
            return this;
        }

        public void TakePiece(ReadOnlySpan<byte> body)
        {
            Pieces++;
            for (var piece = new PieceReader(body); !piece.IsAtEnd;)
            {
                Records.Add(piece.Text());
            }
        }

        public void TakeRecord(ReadOnlySpan<byte> payload) => Records.Add(Convert.ToHexString(payload));

        public void Finish() => IsFinished = true;
    }

    private sealed class HexTexts : ISnapshotFormat
    {
        public int Version => 7;

        public byte[] Pack(IReadOnlyList<ReadOnlyMemory<byte>> payloads)
        {
            var writer = new PieceWriter();
            foreach (var payload in payloads)
            {
                writer.Text(Encoding.UTF8.GetBytes(Convert.ToHexString(payload.Span)));
            }

            return writer.Written.ToArray();
        }
    }
}
