using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Commission.Contracts.Grains.V1;
using Commission.Engine;
using Commission.Grains.Journals;

namespace Commission.Grains.Reps;

/// <summary>
/// A record of a payee's account, ready for the books. Nothing in it depends on plans, so that a plan may change.
/// </summary>
/// <param name="Revision">Of the deal; or the sequence of the documents or rates, where there is no credit.</param>
/// <param name="Shard">Of the event.</param>
/// <param name="Number">Of the event in its shard.</param>
/// <param name="RecordedMs">When the payee took it.</param>
/// <param name="Credit">The deal's credits; null: the payee's documents changed, or currency rates did.</param>
/// <param name="IsOfRates">Whether rates changed.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TakenCredit(
    long Revision, int Shard, long Number, long RecordedMs, DealCredit? Credit, bool IsOfRates = false)
{
    /// <summary>From a record.</summary>
    public static TakenCredit Of(CreditRecord record) => record.Deal is null
        ? new TakenCredit(
            Math.Max(record.Documents, record.Rates), 0, 0, record.RecordedMs, null, record.Rates > 0)
        : new TakenCredit(record.Revision, record.Position?.Shard ?? 0, record.Position?.Number ?? 0,
            record.RecordedMs, CreditRecords.ToCredit(record));
}

/// <summary>
/// Writes a piece of a payee's snapshot. What many deals share (roles, currencies, sets of fields) is written once, and
/// read once.
/// </summary>
internal sealed class CreditSnapshot : ISnapshotFormat
{
    public static readonly CreditSnapshot Format = new();

    /// <inheritdoc/>
    public int Version => 2;

    /// <inheritdoc/>
    public byte[] Pack(IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    {
        var packing = new CreditPacking();
        foreach (var payload in payloads)
        {
            packing.Add(payload.Span);
        }

        return packing.ToArray();
    }

    /// <summary>Gives each record of a piece, in order.</summary>
    /// <param name="body">The piece.</param>
    /// <param name="counts">Whether a field can matter to what a won deal earns: the others are left out of won deals,
    /// of which nothing else is kept.</param>
    /// <param name="take">Takes them.</param>
    public static void Read(ReadOnlySpan<byte> body, Func<string, bool> counts, Action<TakenCredit> take)
    {
        var piece = new PieceReader(body);
        var texts = new string[piece.Count()];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = piece.Text();
        }

        var unpacking = new Unpacking(texts, new FieldSets(ref piece, texts, counts), Roles(ref piece));
        while (!piece.IsAtEnd)
        {
            take(unpacking.Next(ref piece));
        }
    }

    private static ImmutableArray<RoleShare>[] Roles(ref PieceReader piece)
    {
        var all = new ImmutableArray<RoleShare>[piece.Count()];
        for (var i = 0; i < all.Length; i++)
        {
            var roles = new RoleShare[piece.Count()];
            for (var role = 0; role < roles.Length; role++)
            {
                roles[role] = new RoleShare((CreditRole)piece.Count(), piece.Decimal());
            }

            all[i] = ImmutableCollectionsMarshal.AsImmutableArray(roles);
        }

        return all;
    }

    private sealed class Unpacking(
        string[] texts, FieldSets sets, ImmutableArray<RoleShare>[] roles)
    {
        private long _recordedMs;

        public TakenCredit Next(ref PieceReader piece)
        {
            var has = (RowHas)piece.Count();
            var revision = piece.Number();
            _recordedMs = unchecked(_recordedMs + piece.Signed());
            if (has is RowHas.Nothing or RowHas.Rates)
            {
                return new TakenCredit(revision, 0, 0, _recordedMs, null, has == RowHas.Rates);
            }

            var (shard, number, id) = (piece.Count(), piece.Number(), piece.Text());
            var credit = (has & RowHas.Roles) != RowHas.Nothing
                ? Credit(ref piece, has, id)
                : CreditRecords.NoCredit(id);
            return new TakenCredit(revision, shard, number, _recordedMs, credit);
        }

        private DealCredit Credit(ref PieceReader piece, RowHas has, string id)
        {
            var own = roles[piece.Count()];
            var (day, status) = (piece.Count(), (DealStatus)piece.Count());
            var deal = new Deal
            {
                Id = id,
                Credited = DateOnly.FromDayNumber(day),
                Status = status,
                Amount = piece.Decimal(),
                Currency = (has & RowHas.Currency) != RowHas.Nothing ? texts[piece.Count()] : null,
                Margin = (has & RowHas.Margin) != RowHas.Nothing ? piece.Decimal() : null,
                Quantity = (has & RowHas.Quantity) != RowHas.Nothing ? piece.Decimal() : null,
                Probability = (has & RowHas.Probability) != RowHas.Nothing ? piece.Decimal() : null,
                Fields = sets.Get(piece.Count(), status == DealStatus.Won),
            };
            return new DealCredit(deal, own);
        }
    }
}
