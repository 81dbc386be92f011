using System.Globalization;
using Commission.Client.Text;
using Commission.Contracts.V1;
using Commission.Engine;

namespace Commission.Cli.Views;

/// <summary>Figures as people read them.</summary>
internal static class Figures
{
    /// <summary>`1,234.50 USD`; nothing for money that is absent.</summary>
    public static string Text(Money? money) => money is null ? "" : $"{Amount(money)} {money.Currency}";

    /// <summary>`1,234.50`, with the digits of the currency's minor unit, or more where there are more.</summary>
    public static string Amount(Money? money)
    {
        if (money is null)
        {
            return "";
        }

        var digits = Currency.TryGet(money.Currency, out var currency) ? currency.Digits : 2;
        var format = "#,##0" + (digits > 0 ? "." + new string('0', digits) : ".") + new string('#', 9 - digits);
        return Decimals.FromMoney(money).ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>With a sign: `+1,234.50`.</summary>
    public static string Change(Money? money) =>
        money is null ? "" : (Decimals.FromMoney(money) > 0 ? "+" : "") + Text(money);

    /// <summary>Decimal text with thousands apart; as it is where it is no number.</summary>
    public static string Number(string text) => Decimals.TryParse(text, out var value)
        ? value.ToString("#,##0.##########", CultureInfo.InvariantCulture)
        : text;

    /// <summary>Which state figures are of: what `--as-of` takes.</summary>
    public static string State(AsOf asOf)
    {
        var change = string.Create(CultureInfo.InvariantCulture, $"State: change #{asOf.Sequence}");
        return asOf.Time is null ? change : change + string.Create(
            CultureInfo.InvariantCulture, $", credited until {asOf.Time.ToDateTime():yyyy-MM-dd HH:mm:ss.fff} UTC");
    }

    /// <summary>Decimal text of a fraction as a percentage with one decimal.</summary>
    public static string Percent(string text) => Decimals.TryParse(text, out var value)
        ? (value * 100).ToString("#,##0.0", CultureInfo.InvariantCulture) + " %"
        : text;
}
