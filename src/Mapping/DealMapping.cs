using System.Collections.Immutable;
using Commission.Contracts.Grains;
using Commission.Engine;
using Api = Commission.Contracts.V1;

namespace Commission.Mapping;

/// <summary>
/// From the API's deal to the engine's: everything that can be said of a deal without other documents.
/// </summary>
internal static class DealMapping
{
    private const int MostOwners = 100;
    private const int MostFields = 100;

    private static readonly ImmutableSortedDictionary<string, string> NoFields =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// The engine's deal; what is wrong goes to <paramref name="fields"/>, and the result is null then.
    /// </summary>
    public static Deal? ToDeal(Api.Deal? deal, string path, Fields fields)
    {
        if (deal is null)
        {
            fields.Refuse(path, "A deal is required.");
            return null;
        }

        fields.Within(path);
        fields.Id("deal", deal.Deal_, 200);
        var result = new Deal
        {
            Id = deal.Deal_,
            Credited = fields.Day("credited", deal.Credited) ?? default,
            Status = Status(deal.Status, fields),
            Amount = deal.Amount is null ? 0m : fields.Money("amount", deal.Amount),
            Currency = deal.Amount?.Currency ?? deal.Margin?.Currency,
            Margin = Margin(deal, fields),
            Quantity = fields.Measure("quantity", deal.Quantity),
            Probability = fields.OptionalNumber("probability", deal.Probability),
            Owners = Owners(deal, path, fields),
            Fields = Others(deal, fields),
        };
        foreach (var refusal in fields.Refused ? [] : DealChecks.Check(result, allowOtherShareTotals: false))
        {
            fields.Refuse(
                refusal.Kind == DealRefusalKind.ShareTotal ? RefusalReason.ShareTotal : RefusalReason.InvalidField,
                refusal.Field,
                refusal.Message);
        }

        fields.Within("");
        return fields.Refused ? null : result;
    }

    /// <summary>
    /// The engine's deal from one that was checked when it was recorded: the same as <see cref="ToDeal"/> gives,
    /// without the checks, which cost several times as much, and come to millions after a crash.
    /// </summary>
    /// <exception cref="FormatException">It does not pass the checks any more: a bug.</exception>
    public static Deal ToRecordedDeal(Api.Deal deal) => deal.Reading as Deal ?? new Deal
    {
        Id = deal.Deal_,
        Credited = RecordedText.Day(deal.Credited),
        Status = RecordedText.Status(deal.Status),
        Amount = deal.Amount?.ToDecimal() ?? 0m,
        Currency = deal.Amount?.Currency ?? deal.Margin?.Currency,
        Margin = deal.Margin?.ToDecimal(),
        Quantity = RecordedText.OptionalNumber(deal.Quantity),
        Probability = RecordedText.OptionalNumber(deal.Probability),
        Owners = RecordedText.Owners(deal),
        Fields = RecordedText.Fields(deal, NoFields),
    };

    /// <summary>A deal that passed the checks is not read again in this process; the message must not change.</summary>
    public static void Keep(Api.Deal deal, Deal reading) => deal.Reading = reading;

    private static DealStatus Status(Api.DealStatus status, Fields fields)
    {
        switch (status)
        {
            case Api.DealStatus.Open: return DealStatus.Open;
            case Api.DealStatus.Won: return DealStatus.Won;
            case Api.DealStatus.Lost: return DealStatus.Lost;
            case Api.DealStatus.Cancelled: return DealStatus.Cancelled;
            default:
                fields.Refuse("status", "Expected OPEN, WON, LOST or CANCELLED.");
                return DealStatus.Open;
        }
    }

    private static decimal? Margin(Api.Deal deal, Fields fields)
    {
        if (deal.Margin is null)
        {
            return null;
        }

        if (deal.Amount is not null && deal.Amount.Currency != deal.Margin.Currency)
        {
            fields.Refuse("margin.currency", $"Expected the amount's currency, {deal.Amount.Currency}.");
        }

        return fields.Money("margin", deal.Margin);
    }

    private static ImmutableArray<OwnerShare> Owners(Api.Deal deal, string path, Fields fields)
    {
        if (deal.Owners.Count > MostOwners)
        {
            fields.Refuse("owners", $"Expected at most {MostOwners} owners; found {deal.Owners.Count}.");
            return [];
        }

        var owners = ImmutableArray.CreateBuilder<OwnerShare>(deal.Owners.Count);
        for (var i = 0; i < deal.Owners.Count; i++)
        {
            fields.Within(path, "owners", i);
            owners.Add(Owner(deal, i, fields));
        }

        fields.Within(path);
        return owners.DrainToImmutable();
    }

    private static OwnerShare Owner(Api.Deal deal, int index, Fields fields)
    {
        var owner = deal.Owners[index];
        fields.Slug("rep", owner.Rep);
        var alone = deal.Owners.Count == 1 && owner.Share.Length == 0;
        var share = alone ? 1m : fields.Number("share", owner.Share) ?? 0m;
        if (share is < 0m or > 1m)
        {
            // Also before they are added up: a sum of absurd shares would not fit.
            fields.Refuse("share", $"{owner.Share} is not a share: expected 0 % to 100 %.");
        }

        return new OwnerShare(owner.Rep, share);
    }

    private static ImmutableSortedDictionary<string, string> Others(Api.Deal deal, Fields fields)
    {
        if (deal.Fields.Count > MostFields)
        {
            fields.Refuse("fields", $"Expected at most {MostFields} fields; found {deal.Fields.Count}.");
            return NoFields;
        }

        foreach (var (name, value) in deal.Fields)
        {
            if (name.Length is 0 or > 100 || value.Length > 1000)
            {
                fields.Refuse($"fields[{name}]", "Names have 1 to 100 characters, values at most 1,000.");
            }
        }

        return RecordedText.Fields(deal, NoFields);
    }
}
