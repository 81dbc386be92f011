using System.Globalization;
using Commission.Client.Text;
using Commission.Contracts.V1;

namespace Commission.Client.Import;

/// <summary>Makes one event of one deal's rows, or says all that is wrong with them.</summary>
internal static class DealBuilder
{
    private const int IdLengthMax = 200;
    private const int FieldsMax = 100;
    private const int FieldNameLengthMax = 100;
    private const int FieldValueLengthMax = 1000;

    /// <summary>Our own words for a deal's status, in any case; null for any other word.</summary>
    public static DealStatus? StatusOf(string word) => word.ToUpperInvariant() switch
    {
        "OPEN" => DealStatus.Open,
        "WON" => DealStatus.Won,
        "LOST" => DealStatus.Lost,
        "CANCELLED" => DealStatus.Cancelled,
        _ => null,
    };

    public static ImportRow Build(Mapping mapping, RowValues values)
    {
        var (line, lastLine) = (values.Rows[0].Line, values.Rows[^1].LastLine);
        var deal = new Deal { Deal_ = Id(mapping, values) };
        var version = Version(mapping, values);
        deal.Credited = values.Date(mapping.Credited, "deal.credited");
        deal.Status = Status(mapping.Status, values);
        SetMoney(mapping, values, deal);
        deal.Quantity = OptionalNumber(mapping.Quantity, values, "deal.quantity");
        deal.Probability = Probability(mapping, values);
        OwnerReader.Read(mapping, values, deal);
        SetFields(mapping, values, deal);
        if (values.Refusals.Count > 0)
        {
            return new ImportRow.Refused(line, lastLine, deal.Deal_, [.. values.Refusals]);
        }

        var request = new RecordRequest { Version = version, Deal = deal };
        request.EventId = EventIds.Of(mapping.Source, request);
        return new ImportRow.Accepted(line, lastLine, request);
    }

    private static string Id(Mapping mapping, RowValues values)
    {
        var id = values.Words(mapping.Deal, "deal.deal");
        values.Deal = id;
        if (id.Length is 0 or > IdLengthMax)
        {
            values.Refuse("deal.deal", $"A deal's id has 1 to {IdLengthMax} characters; this has {id.Length}.");
        }

        return id;
    }

    private static long Version(Mapping mapping, RowValues values)
    {
        var text = values.Words(mapping.Version, "version");
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) || text.Length == 0)
        {
            return version;
        }

        values.Refuse("version", $"'{text}' is not a whole number from 0 on.");
        return 0;
    }

    private static DealStatus Status(StatusMapping mapping, RowValues values)
    {
        var word = values.Words(mapping.Value, "deal.status");
        var known = mapping.Words.Count == 0 ? StatusOf(word)
            : mapping.Words.TryGetValue(word, out var mapped) ? mapped : null;
        if ((known ?? mapping.Otherwise) is { } status)
        {
            return status;
        }

        var words = mapping.Words.Count == 0 ? ["open", "won", "lost", "cancelled"] : mapping.Words.Keys;
        values.Refuse("deal.status", $"'{word}' is none of {string.Join(", ", words)}.");
        return DealStatus.Unspecified;
    }

    private static void SetMoney(Mapping mapping, RowValues values, Deal deal)
    {
        var currency = values.Words(mapping.Currency, "deal.amount.currency");
        if (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper))
        {
            values.Refuse("deal.amount.currency", $"'{currency}' is no currency's code such as USD.");
        }

        var before = values.Refusals.Count;
        deal.Amount = Money(mapping.Amount, values, currency, "deal.amount");
        if (deal.Amount is null && values.Refusals.Count == before)
        {
            values.Refuse("deal.amount", "The deal has no amount: a cell that it needs is empty.");
        }

        deal.Margin = mapping.Margin is null ? null : Money(mapping.Margin, values, currency, "deal.margin");
    }

    private static Money? Money(Expression expression, RowValues values, string currency, string field)
    {
        if (values.Number(expression, field) is not { } number)
        {
            return null;
        }

        var money = Decimals.ToMoney(number, currency);
        if (money is null)
        {
            values.Refuse(field, $"{Decimals.ToText(number)} cannot be sent exactly: money has at most 9 decimals "
                + "and 18 digits before the point.");
        }

        return money;
    }

    private static string OptionalNumber(Expression? expression, RowValues values, string field) =>
        expression is not null && values.Number(expression, field) is { } number ? Decimals.ToText(number) : "";

    private static string Probability(Mapping mapping, RowValues values)
    {
        var text = values.Words(mapping.Probability, "deal.probability");
        if (text.Length > 0 && !(Decimals.TryParseShare(text, out var chance) && chance is >= 0 and <= 1))
        {
            values.Refuse("deal.probability", $"'{text}' is no probability from 0 to 1, or from 0% to 100%.");
        }

        return text;
    }

    private static void SetFields(Mapping mapping, RowValues values, Deal deal)
    {
        foreach (var field in mapping.Fields)
        {
            if (field.Value is Expression.ByColumn by)
            {
                SetFieldsBy(field.Name, by, values, deal);
            }
            else
            {
                SetField(field.Name, values.Words(field.Value, $"deal.fields[{field.Name}]"), values, deal);
            }
        }

        if (deal.Fields.Count > FieldsMax)
        {
            values.Refuse("deal.fields", $"The deal has {deal.Fields.Count} fields; at most {FieldsMax} are taken.");
        }
    }

    private static void SetFieldsBy(string template, Expression.ByColumn by, RowValues values, Deal deal)
    {
        foreach (var (value, rows) in values.By(by.Name))
        {
            var name = template.Replace($"{{{by.Name}}}", NamePart(value), StringComparison.Ordinal);
            SetField(name, rows.Words(by.Inner, $"deal.fields[{name}]"), values, deal);
            values.Include(rows);
        }
    }

    private static string NamePart(string value) => string.Concat(
        value.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? char.ToLowerInvariant(c) : '_'));

    private static void SetField(string name, string value, RowValues values, Deal deal)
    {
        if (value.Length == 0)
        {
            return;
        }

        if (name.Length is 0 or > FieldNameLengthMax || value.Length > FieldValueLengthMax)
        {
            values.Refuse($"deal.fields[{name}]", $"A field's name has 1 to {FieldNameLengthMax} and its value at "
                + $"most {FieldValueLengthMax} characters.");
        }
        else if (!deal.Fields.TryAdd(name, value))
        {
            values.Refuse($"deal.fields[{name}]", "Two values of the deal's rows lead to the same field.");
        }
    }
}
