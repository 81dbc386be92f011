using System.Collections;
using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>
/// Credits that books keep whole, in little memory: of the fields only those that the plans ask for, and texts and
/// roles that most of them share once.
/// </summary>
/// <param name="assignments">Those of the books.</param>
internal sealed class CompactCredits(ImmutableArray<PlanAssignment> assignments) : IReadOnlyCollection<DealCredit>
{
    private const int MostShared = 256;

    private static readonly ImmutableArray<RoleShare>[] Whole =
        [.. Enum.GetValues<CreditRole>().Select(role => ImmutableArray.Create(new RoleShare(role, 1m)))];

    private readonly Dictionary<string, Kept> _credits = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shared = new(StringComparer.Ordinal);
    private string[]? _asked;

    /// <inheritdoc/>
    public int Count => _credits.Count;

    private string[] Asked => _asked ??= [.. AskedFields.Of(assignments)];

    /// <summary>Keeps a credit, in the place of what was kept of its deal.</summary>
    public void Keep(DealCredit credit) => _credits[credit.Deal.Id] = new Kept(
        credit.Deal, credit.Deal.Currency is { } currency ? Shared(currency) : null, ValuesOf(credit.Deal.Fields),
        RolesOf(credit.Roles));

    /// <summary>Keeps nothing of a deal any more.</summary>
    public void Remove(string deal) => _credits.Remove(deal);

    /// <summary>The credits: the same to every plan of the assignments. In no particular order.</summary>
    public IEnumerator<DealCredit> GetEnumerator() =>
        _credits.Select(one => one.Value.ToCredit(one.Key, FieldsOf(one.Value.Values))).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The values of the fields that are asked for; null: none has one.</summary>
    private string?[]? ValuesOf(ImmutableSortedDictionary<string, string> fields)
    {
        string?[]? values = null;
        for (var i = 0; i < Asked.Length && !fields.IsEmpty; i++)
        {
            if (fields.TryGetValue(Asked[i], out var value))
            {
                (values ??= new string?[Asked.Length])[i] = Shared(value);
            }
        }

        return values;
    }

    private ImmutableSortedDictionary<string, string> FieldsOf(string?[]? values)
    {
        if (values is null)
        {
            return Deal.NoFields;
        }

        var fields = Deal.NoFields.ToBuilder();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
            {
                fields.Add(Asked[i], value);
            }
        }

        return fields.ToImmutable();
    }

    /// <summary>The first text that says the same, among the first of them.</summary>
    private string Shared(string text)
    {
        if (_shared.TryGetValue(text, out var first))
        {
            return first;
        }

        if (_shared.Count < MostShared)
        {
            _shared.Add(text);
        }

        return text;
    }

    private static ImmutableArray<RoleShare> RolesOf(ImmutableArray<RoleShare> roles) =>
        roles is [{ Share: 1m } only] ? Whole[(int)only.Role] : roles;

    /// <summary>A credit without its deal's id. What few deals have is a reference to nothing in the others.</summary>
    private sealed class Kept(
        Deal deal, string? currency, string?[]? values, ImmutableArray<RoleShare> roles)
    {
        private readonly decimal _amount = deal.Amount;
        private readonly object? _margin = deal.Margin;
        private readonly object? _quantity = deal.Quantity;
        private readonly object? _probability = deal.Probability;
        private readonly int _day = deal.Credited.DayNumber;
        private readonly DealStatus _status = deal.Status;

        public string?[]? Values { get; } = values;

        public DealCredit ToCredit(string id, ImmutableSortedDictionary<string, string> fields) => new(
            new Deal
            {
                Id = id,
                Credited = DateOnly.FromDayNumber(_day),
                Status = _status,
                Amount = _amount,
                Currency = currency,
                Margin = (decimal?)_margin,
                Quantity = (decimal?)_quantity,
                Probability = (decimal?)_probability,
                Fields = fields,
            },
            roles);
    }
}
