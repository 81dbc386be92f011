using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Commission.Engine;

/// <summary>A currency of ISO 4217.</summary>
/// <param name="Code">Three capital letters.</param>
/// <param name="Digits">Digits of its minor unit, 0 to 4: what money in it is rounded to.</param>
public sealed record Currency(string Code, int Digits)
{
    // Fund and national codes count (CLF, USN); metals and the codes for testing do not: nobody is paid in them.
    // ANG and BGN were withdrawn in 2025 and 2026, and stay so that earlier periods can still be corrected.
    private const string TwoDigits =
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF " +
        "CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD " +
        "HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT " +
        "MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR " +
        "SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU " +
        "UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";

    private const string NoDigits = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
    private const string ThreeDigits = "BHD IQD JOD KWD LYD OMR TND";
    private const string FourDigits = "CLF UYW";

    private static readonly FrozenDictionary<string, Currency> ByCode =
        Listed(NoDigits, 0).Concat(Listed(TwoDigits, 2)).Concat(Listed(ThreeDigits, 3)).Concat(Listed(FourDigits, 4))
            .ToFrozenDictionary(currency => currency.Code, StringComparer.Ordinal);

    /// <summary>Every code that <see cref="TryGet"/> knows, in no particular order.</summary>
    public static IReadOnlyCollection<string> Codes => ByCode.Keys;

    /// <summary>Finds a currency by its code.</summary>
    /// <param name="code">Three capital letters; case matters.</param>
    /// <param name="currency">The currency, where there is one.</param>
    /// <returns>False for a code that is not in use.</returns>
    public static bool TryGet(string code, [NotNullWhen(true)] out Currency? currency) =>
        ByCode.TryGetValue(code, out currency);

    private static IEnumerable<Currency> Listed(string codes, int digits) =>
        codes.Split(' ').Select(code => new Currency(code, digits));
}
