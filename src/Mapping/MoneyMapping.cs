using System.Globalization;
using Commission.Contracts.V1;

namespace Commission.Mapping;

/// <summary>Between decimals and the API's money and text, exactly.</summary>
internal static class MoneyMapping
{
    private const decimal NanosInUnit = 1_000_000_000m;

    /// <summary>Money of at most nine decimals: what engine results in a currency always are.</summary>
    /// <exception cref="OverflowException">More than 9.2 × 10^18 units.</exception>
    public static Money ToMoney(decimal amount, string currency)
    {
        var units = decimal.Truncate(amount);
        var nanos = (amount - units) * NanosInUnit;
        return new Money { Currency = currency, Units = (long)units, Nanos = (int)nanos };
    }

    /// <summary>The decimal of the API's money.</summary>
    public static decimal ToDecimal(this Money money) => ToDecimal(money.Units, money.Nanos);

    /// <summary>The decimal of whole units and billionths of one.</summary>
    public static decimal ToDecimal(long units, int nanos) => units + (nanos / NanosInUnit);

    /// <summary>Decimal text without trailing zeros.</summary>
    public static string ToText(this decimal value) => Engine.DecimalText.Of(value);

    /// <summary>YYYY-MM-DD.</summary>
    public static string ToText(this DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Notes what is wrong with money; its decimal if nothing is.</summary>
    public static decimal Money(this Fields fields, string field, Money money)
    {
        if (money.Nanos is <= -1_000_000_000 or >= 1_000_000_000)
        {
            fields.Refuse($"{field}.nanos", "Expected -999,999,999 to 999,999,999.");
        }
        else if (money.Units != 0 && money.Nanos != 0 && money.Units > 0 != money.Nanos > 0)
        {
            fields.Refuse($"{field}.nanos", "Units and nanos must have the same sign.");
        }

        if (!Engine.Currency.TryGet(money.Currency, out _))
        {
            fields.Refuse($"{field}.currency", $"'{money.Currency}' is not an ISO 4217 currency code, e.g. USD.");
        }

        var amount = money.ToDecimal();
        fields.Magnitude(field, amount);
        return amount;
    }
}
