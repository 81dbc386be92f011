using System.Globalization;
using System.Runtime.InteropServices;
using Commission.Storage;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Journals;

/// <summary>
/// Reads a long account fast: its older records from the pieces of a snapshot, the others from the ledger. Pieces are
/// made of the ledger alone, behind its end, and are never needed: where one is missing or wrong, the ledger is read.
/// Only for use inside one grain.
/// </summary>
/// <param name="states">Where the pieces are.</param>
/// <param name="ledger">Where the account is.</param>
/// <param name="account">The account's name.</param>
/// <param name="format">Of the pieces' bodies.</param>
/// <param name="pieceRecords">How many records a piece has; fewer where they are large.</param>
/// <param name="logger">Told of what is ignored.</param>
internal sealed partial class AccountSnapshots(
    IGrainStateStore states, ILedger ledger, string account, ISnapshotFormat format, int pieceRecords, ILogger logger)
{
    /// <summary>The pieces' name in the store of states; their keys are the account's name and their number.</summary>
    public const string Name = "account-snapshot";

    private const int FirstPage = 200;
    private const int PageSize = 1000;
    private const int PieceBytes = 4 << 20;
    private Covered _covered;
    private long _retryFrom;
    private bool _writing;
    private bool _stopped;

    /// <summary>The writing of pieces that is under way, or was last; never fails.</summary>
    public Task Writing { get; private set; } = Task.CompletedTask;

    /// <summary>Reads the account from its beginning.</summary>
    /// <param name="begin">Gives who takes it; called again where what was read proves to be wrong.</param>
    /// <param name="cancellation">Abandons it.</param>
    /// <returns>Who took it, and the sequence of the last record.</returns>
    public async Task<(TReader Reader, long Sequence)> ReadAsync<TReader>(
        Func<TReader> begin, CancellationToken cancellation)
        where TReader : ISnapshotReader
    {
        var few = Math.Min(FirstPage, pieceRecords);
        var first = await ledger.ReadAsync(account, 0, few, cancellation);
        var reader = begin();
        var covered = first.Count < few ? default : await ReadPiecesAsync(reader, cancellation);
        if (covered.Pieces > 0 && !await IsOfAccountAsync(covered, cancellation))
        {
            Ignored(logger, account, covered.Pieces - 1, "it was made of another account");
            (reader, covered) = (begin(), default);
        }

        _covered = _writing ? _covered : covered;
        var sequence = covered.Last;
        if (covered.Pieces == 0)
        {
            Take(reader, first);
            sequence = first.Count;
        }

        while (first.Count == few)
        {
            var page = await ledger.ReadAsync(account, sequence, PageSize, cancellation);
            Take(reader, page);
            sequence += page.Count;
            if (page.Count < PageSize)
            {
                break;
            }
        }

        reader.Finish();
        return (reader, sequence);
    }

    /// <summary>The account has grown: writes what pieces that makes, in the background.</summary>
    public void Grown(long sequence)
    {
        if (!_writing && !_stopped && sequence >= Math.Max(_covered.Last + pieceRecords, _retryFrom))
        {
            _writing = true;
            Writing = WriteAsync(sequence);
        }
    }

    /// <summary>Writes no further piece; returns when the last is written.</summary>
    public Task StopAsync()
    {
        _stopped = true;
        return Writing;
    }

    private static string KeyOf(string account, int piece) =>
        string.Create(CultureInfo.InvariantCulture, $"{account}#{piece}");

    private static void Take(ISnapshotReader reader, IReadOnlyList<LedgerRecord> page)
    {
        foreach (var record in page)
        {
            reader.TakeRecord(record.Payload.Span);
        }
    }

    private async Task<Covered> ReadPiecesAsync(ISnapshotReader reader, CancellationToken cancellation)
    {
        var covered = default(Covered);
        var end = (await ledger.ReadLastAsync(account, cancellation))?.Sequence ?? 0;
        for (var next = TryReadAsync(0, cancellation); await next is { } stored;)
        {
            if (SnapshotPiece.TryOpen(stored, account, format.Version, covered.Last, end, out var piece) is { } why)
            {
                Ignored(logger, account, covered.Pieces, why);
                break;
            }

            next = TryReadAsync(covered.Pieces + 1, cancellation);
            reader.TakePiece(piece.Body.Span);
            covered = new Covered(covered.Pieces + 1, piece.Last, piece.LastChecksum);
        }

        return covered;
    }

    private async Task<ReadOnlyMemory<byte>?> TryReadAsync(int piece, CancellationToken cancellation)
    {
        try
        {
            return (await states.ReadStateAsync(Name, KeyOf(account, piece), cancellation))?.State;
        }
        catch (CorruptRecordException damage)
        {
            Ignored(logger, account, piece, damage.Message);
            return null;
        }
    }

    /// <summary>Records are never changed: where the last is the same, all before it are.</summary>
    private async Task<bool> IsOfAccountAsync(Covered covered, CancellationToken cancellation)
    {
        var last = await ledger.ReadAsync(account, covered.Last - 1, 1, cancellation);
        return last.Count == 1 && SnapshotPiece.ChecksumOf(last[0].Payload.Span) == covered.LastChecksum;
    }

    private async Task WriteAsync(long sequence)
    {
        try
        {
            while (!_stopped && sequence >= _covered.Last + pieceRecords && await WriteNextAsync())
            {
                // One piece at a time: there is no hurry.
            }
        }
        catch (Exception failure)
        {
            // Nothing is lost: the account has it all. A store that fails is not asked again at once.
            _retryFrom = sequence + pieceRecords;
            NotWritten(logger, failure, account, _covered.Pieces);
        }
        finally
        {
            _writing = false;
        }
    }

    private async Task<bool> WriteNextAsync()
    {
        var payloads = await ReadNextAsync();
        if (payloads is null)
        {
            return false;
        }

        var body = format.Pack(payloads);
        var piece = SnapshotPiece.Seal(account, format.Version, _covered.Last, payloads, body);
        await PutAsync(_covered.Pieces, piece);
        _covered = new Covered(
            _covered.Pieces + 1, _covered.Last + payloads.Count, SnapshotPiece.ChecksumOf(payloads[^1].Span));
        return true;
    }

    /// <summary>The records of the next piece; null while there are too few.</summary>
    private async Task<List<ReadOnlyMemory<byte>>?> ReadNextAsync()
    {
        var (payloads, bytes) = (new List<ReadOnlyMemory<byte>>(), 0L);
        IReadOnlyList<LedgerRecord> page;
        do
        {
            page = await ledger.ReadAsync(
                account, _covered.Last + payloads.Count, PageSize, CancellationToken.None);
            foreach (var record in page)
            {
                payloads.Add(record.Payload);
                bytes += record.Payload.Length;
                if (payloads.Count == pieceRecords || bytes >= PieceBytes)
                {
                    return payloads;
                }
            }
        }
        while (page.Count == PageSize);

        return null;
    }

    private async Task PutAsync(int number, ReadOnlyMemory<byte> piece)
    {
        var key = KeyOf(account, number);
        var written = await states.WriteStateAsync(Name, key, null, piece, CancellationToken.None);
        if (written is StateWriteResult.Conflict there
            && !(await TryReadAsync(number, CancellationToken.None) is { } stored
                && stored.Span.SequenceEqual(piece.Span)))
        {
            // What is there was found wrong when the account was read, or is of another version of this software. If
            // another activation replaces it meanwhile, it does so by the same bytes.
            await states.WriteStateAsync(Name, key, there.ActualEtag, piece, CancellationToken.None);
        }
    }

    [LoggerMessage(10, LogLevel.Warning,
        "Piece {Piece} of the snapshot of {Account} is ignored, because {Why}: the ledger is read instead.")]
    private static partial void Ignored(ILogger logger, string account, int piece, string why);

    [LoggerMessage(11, LogLevel.Warning,
        "Piece {Piece} of the snapshot of {Account} could not be written; it is tried again later.")]
    private static partial void NotWritten(ILogger logger, Exception failure, string account, int piece);

    /// <summary>What the pieces hold of the account.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Covered(int Pieces, long Last, uint LastChecksum);
}
