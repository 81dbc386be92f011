using System.Runtime.InteropServices;
using Commission.Contracts.Grains.V1;
using Commission.Engine;
using Commission.Grains.Journals;

namespace Commission.Grains.Reps;

/// <summary>Reading a whole account: what each record says is collected, and the books are made of all at once.
/// </summary>
internal sealed partial class RepFigures : ISnapshotReader
{
    private Loading? _loading;

    private Loading Loaded => _loading ??= new Loading();

    /// <inheritdoc/>
    public void TakePiece(ReadOnlySpan<byte> body) =>
        CreditSnapshot.Read(body, (Loaded.Counted ??= AskedFields.Of(Books.Assignments)).Contains, Take);

    /// <inheritdoc/>
    public void TakeRecord(ReadOnlySpan<byte> payload) => Take(TakenCredit.Of(CreditRecord.Parser.ParseFrom(payload)));

    /// <inheritdoc/>
    public void Finish()
    {
        var credits = _loading?.Credits ?? [];
        if (_loading?.Superseded == true)
        {
            credits.RemoveAll(one => Revisions[one.Credit.Deal.Id] != one.Revision);
        }

        _loading = null;
        Revalue();
        Books.Load(credits.ConvertAll(static one => one.Credit));
    }

    private void Take(TakenCredit taken)
    {
        if (taken.Credit is null)
        {
            (Documents, Rates) = taken.IsOfRates
                ? (Documents, Math.Max(Rates, taken.Revision))
                : (Math.Max(Documents, taken.Revision), Rates);
            RecordedMs = Math.Max(RecordedMs, taken.RecordedMs);
            return;
        }

        ref var revision = ref CollectionsMarshal.GetValueRefOrAddDefault(
            Revisions, taken.Credit.Deal.Id, out var isKnown);
        if (taken.Revision > revision)
        {
            revision = taken.Revision;
            Loaded.Superseded |= isKnown;
            Loaded.Credits.Add((taken.Revision, taken.Credit));
            RecordedMs = Math.Max(RecordedMs, taken.RecordedMs);
            Progress.Include(taken.Shard, taken.Number, taken.RecordedMs);
        }
    }

    private sealed class Loading
    {
        public List<(long Revision, DealCredit Credit)> Credits { get; } = [];

        /// <summary>The fields that plans ask for; null: not asked yet.</summary>
        public HashSet<string>? Counted { get; set; }

        /// <summary>Whether a deal is among the credits more than once.</summary>
        public bool Superseded { get; set; }
    }
}
