using System.Runtime.InteropServices;
using Commission.Contracts.Grains.V1;
using Commission.Engine;
using Commission.Grains.Journals;

namespace Commission.Grains.Reps;

/// <summary>Reading a whole account: what each record says is collected, and the books are made of all at once.
/// </summary>
internal sealed partial class RepFigures : ISnapshotReader
{
    private List<(long Revision, DealCredit Credit)>? _loaded;
    private HashSet<string>? _counted;
    private bool _superseded;

    /// <inheritdoc/>
    public void TakePiece(ReadOnlySpan<byte> body) =>
        CreditSnapshot.Read(body, (_counted ??= AskedFields.Of(Books.Assignments)).Contains, Take);

    /// <inheritdoc/>
    public void TakeRecord(ReadOnlySpan<byte> payload) => Take(TakenCredit.Of(CreditRecord.Parser.ParseFrom(payload)));

    /// <inheritdoc/>
    public void Finish()
    {
        var loaded = _loaded ?? [];
        (_loaded, _counted) = (null, null);
        if (_superseded)
        {
            loaded.RemoveAll(one => Revisions[one.Credit.Deal.Id] != one.Revision);
        }

        Revalue();
        Books.Load(loaded.ConvertAll(static one => one.Credit));
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
            _superseded |= isKnown;
            (_loaded ??= []).Add((taken.Revision, taken.Credit));
            RecordedMs = Math.Max(RecordedMs, taken.RecordedMs);
            Progress.Include(taken.Shard, taken.Number, taken.RecordedMs);
        }
    }
}
