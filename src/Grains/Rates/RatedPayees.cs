using Commission.Contracts.Grains.V1;
using Commission.Grains.Journals;

namespace Commission.Grains.Rates;

/// <summary>Who is to be told of changed rates, by the currency that they are from. Not safe for concurrent use.
/// </summary>
/// <param name="giveUp">Called when another activation has written the account.</param>
internal sealed class RatedPayees(Action giveUp) : IJournalOwner<RatedPayee>
{
    private readonly Dictionary<string, HashSet<string>> _byCurrency = new(StringComparer.Ordinal);

    /// <summary>Those of any of the currencies.</summary>
    public List<string> Of(IEnumerable<string> currencies) =>
    [
        .. currencies.Distinct(StringComparer.Ordinal)
            .SelectMany(currency => _byCurrency.GetValueOrDefault(currency) ?? [])
            .Distinct(StringComparer.Ordinal),
    ];

    /// <inheritdoc/>
    public bool IsNews(RatedPayee record) =>
        !(_byCurrency.TryGetValue(record.Currency, out var payees) && payees.Contains(record.Rep));

    /// <inheritdoc/>
    public void Stamp(RatedPayee record)
    {
        // When it was is of no interest.
    }

    /// <inheritdoc/>
    public void Apply(RatedPayee record)
    {
        if (!_byCurrency.TryGetValue(record.Currency, out var payees))
        {
            _byCurrency.Add(record.Currency, payees = new HashSet<string>(StringComparer.Ordinal));
        }

        payees.Add(record.Rep);
    }

    /// <inheritdoc/>
    public void Applied()
    {
        // Nobody waits for it but who registers.
    }

    /// <inheritdoc/>
    public void GiveUp() => giveUp();
}
