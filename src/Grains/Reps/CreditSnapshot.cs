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
        var packing = new Packing();
        foreach (var payload in payloads)
        {
            packing.Add(TakenCredit.Of(CreditRecord.Parser.ParseFrom(payload.Span)));
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

    /// <summary>What a row has besides what every row has.</summary>
    [Flags]
    private enum Has
    {
        Nothing = 0,
        Credit = 1,
        Roles = 2,
        Currency = 4,
        Margin = 8,
        Quantity = 16,
        Probability = 32,
        Rates = 64,
    }

    private sealed class Packing
    {
        private readonly PieceWriter _rows = new();
        private readonly PieceWriter _entry = new();
        private readonly Dictionary<string, int> _textNumbers = new(StringComparer.Ordinal);
        private readonly SharedTable _texts = new();
        private readonly SharedTable _sets = new();
        private readonly SharedTable _roles = new();
        private long _recordedMs;

        public void Add(in TakenCredit taken)
        {
            var has = taken.IsOfRates ? Has.Rates : HasOf(taken.Credit);
            _rows.Number((long)has);
            _rows.Number(taken.Revision);
            _rows.Signed(unchecked(taken.RecordedMs - _recordedMs));
            _recordedMs = taken.RecordedMs;
            if (taken.Credit is { } credit)
            {
                _rows.Number(taken.Shard);
                _rows.Number(taken.Number);
                _rows.Text(credit.Deal.Id);
                if (!credit.Roles.IsEmpty)
                {
                    Add(credit, has);
                }
            }
        }

        public byte[] ToArray()
        {
            var all = new PieceWriter();
            _texts.WriteTo(all);
            _sets.WriteTo(all);
            _roles.WriteTo(all);
            all.Bytes(_rows.Written);
            return all.Written.ToArray();
        }

        private static Has HasOf(DealCredit? credit)
        {
            if (credit is null or { Roles.IsEmpty: true })
            {
                return credit is null ? Has.Nothing : Has.Credit;
            }

            var deal = credit.Deal;
            return Has.Credit | Has.Roles
                | (deal.Currency is null ? Has.Nothing : Has.Currency)
                | (deal.Margin is null ? Has.Nothing : Has.Margin)
                | (deal.Quantity is null ? Has.Nothing : Has.Quantity)
                | (deal.Probability is null ? Has.Nothing : Has.Probability);
        }

        private void Add(DealCredit credit, Has has)
        {
            var deal = credit.Deal;
            Invariant.Holds(deal.Owners.IsEmpty, $"a payee's record of {deal.Id} names owners");
            _rows.Number(RolesOf(credit));
            _rows.Number(deal.Credited.DayNumber);
            _rows.Number((long)deal.Status);
            _rows.Decimal(deal.Amount);
            if (has.HasFlag(Has.Currency))
            {
                _rows.Number(TextOf(deal.Currency!));
            }

            foreach (var number in (ReadOnlySpan<decimal?>)[deal.Margin, deal.Quantity, deal.Probability])
            {
                if (number is { } known)
                {
                    _rows.Decimal(known);
                }
            }

            _rows.Number(SetOf(deal));
        }

        private int TextOf(string text)
        {
            if (!_textNumbers.TryGetValue(text, out var number))
            {
                var entry = new PieceWriter();
                entry.Text(text);
                _textNumbers.Add(text, number = _texts.NumberOf(entry.Written));
            }

            return number;
        }

        private int SetOf(Deal deal)
        {
            _entry.Clear();
            _entry.Number(deal.Fields.Count);
            foreach (var (name, value) in deal.Fields)
            {
                _entry.Number(TextOf(name));
                _entry.Number(TextOf(value));
            }

            return _sets.NumberOf(_entry.Written);
        }

        private int RolesOf(DealCredit credit)
        {
            _entry.Clear();
            _entry.Number(credit.Roles.Length);
            foreach (var (role, share) in credit.Roles)
            {
                _entry.Number((long)role);
                _entry.Decimal(share);
            }

            return _roles.NumberOf(_entry.Written);
        }
    }

    private sealed class Unpacking(
        string[] texts, FieldSets sets, ImmutableArray<RoleShare>[] roles)
    {
        private long _recordedMs;

        public TakenCredit Next(ref PieceReader piece)
        {
            var has = (Has)piece.Count();
            var revision = piece.Number();
            _recordedMs = unchecked(_recordedMs + piece.Signed());
            if (has is Has.Nothing or Has.Rates)
            {
                return new TakenCredit(revision, 0, 0, _recordedMs, null, has == Has.Rates);
            }

            var (shard, number, id) = (piece.Count(), piece.Number(), piece.Text());
            var credit = (has & Has.Roles) != Has.Nothing ? Credit(ref piece, has, id) : CreditRecords.NoCredit(id);
            return new TakenCredit(revision, shard, number, _recordedMs, credit);
        }

        private DealCredit Credit(ref PieceReader piece, Has has, string id)
        {
            var own = roles[piece.Count()];
            var (day, status) = (piece.Count(), (DealStatus)piece.Count());
            var deal = new Deal
            {
                Id = id,
                Credited = DateOnly.FromDayNumber(day),
                Status = status,
                Amount = piece.Decimal(),
                Currency = (has & Has.Currency) != Has.Nothing ? texts[piece.Count()] : null,
                Margin = (has & Has.Margin) != Has.Nothing ? piece.Decimal() : null,
                Quantity = (has & Has.Quantity) != Has.Nothing ? piece.Decimal() : null,
                Probability = (has & Has.Probability) != Has.Nothing ? piece.Decimal() : null,
                Fields = sets.Get(piece.Count(), status == DealStatus.Won),
            };
            return new DealCredit(deal, own);
        }
    }
}
