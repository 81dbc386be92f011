using System.Globalization;
using System.Runtime.InteropServices;
using Commission.Contracts.Grains.V1;
using Commission.Engine;

namespace Commission.Mapping;

/// <summary>
/// Between the engine's credits and what journals and accounts keep of them. What is most frequent takes no bytes
/// there: a share of 100 %, and an owner's reason.
/// </summary>
internal static class CreditRecords
{
    /// <summary>A role as a payee's account keeps it.</summary>
    /// <param name="role">The role.</param>
    /// <param name="reason">The first way in which it came about.</param>
    public static RoleCredit ToRecord(RoleShare role, CreditReason reason) => new()
    {
        Role = (int)role.Role,
        Share = ToKeptShare(role.Share),
        Source = (int)reason.Source,
        By = reason.By ?? "",
    };

    /// <summary>A way in which a payee is credited, as a deal's journal keeps it.</summary>
    public static KeptCredit ToRecord(CreditReason reason) => new()
    {
        Rep = reason.Rep,
        Role = (int)reason.Role,
        Share = ToKeptShare(reason.Share),
        Source = (int)reason.Source,
        By = reason.By ?? "",
    };

    /// <summary>The first way in which a role came about.</summary>
    public static CreditReason ReasonOf(RepCredit credit, RoleShare role)
    {
        foreach (var reason in credit.Reasons)
        {
            if (reason.Role == role.Role && reason.Share == role.Share)
            {
                return reason;
            }
        }

        throw new InvalidOperationException($"{credit.Rep} is credited as {role.Role} for no reason.");
    }

    /// <summary>The engine's credit of a record of a deal.</summary>
    public static DealCredit ToCredit(CreditRecord record)
    {
        if (record.Roles.Count == 0)
        {
            return NoCredit(record.Deal.Deal_);
        }

        var roles = new RoleShare[record.Roles.Count];
        for (var i = 0; i < roles.Length; i++)
        {
            roles[i] = record.Roles[i].ToShare();
        }

        return new DealCredit(
            DealMapping.ToRecordedDeal(record.Deal), ImmutableCollectionsMarshal.AsImmutableArray(roles));
    }

    /// <summary>A deal that the payee is not credited with any more.</summary>
    public static DealCredit NoCredit(string deal) => new(new Deal { Id = deal, Credited = default }, []);

    /// <summary>The role and its share, 1 is 100 %.</summary>
    public static RoleShare ToShare(this RoleCredit role) => new((CreditRole)role.Role, ShareOf(role.Share));

    /// <summary>The share, 1 is 100 %.</summary>
    public static decimal ToShare(this KeptCredit credit) => ShareOf(credit.Share);

    /// <summary>Why, in words: "owner", "territory northwest", "manager of kary", "exception".</summary>
    public static string ToReason(this RoleCredit role) =>
        role.Reason.Length > 0 ? role.Reason : InWords((CreditSource)role.Source, role.By);

    /// <summary>A way to be credited in words, as <see cref="ToReason"/> says it.</summary>
    public static string InWords(CreditSource source, string? by) => source switch
    {
        CreditSource.Owner => "owner",
        CreditSource.Territory => $"territory {by}",
        CreditSource.Manager => $"manager of {by}",
        CreditSource.Exception => "exception",
        _ => throw new InvalidOperationException($"There is no word for a credit by {source}."),
    };

    /// <summary>The day that a deal counts on in a territory.</summary>
    public static DateOnly Day(this TerritoryRecord record) => record.CreditedDay > 0
        ? DateOnly.FromDayNumber(record.CreditedDay)
        : RecordedText.Day(record.Credited);

    private static string ToKeptShare(decimal share) =>
        share == 1m ? "" : share.ToString(CultureInfo.InvariantCulture);

    /// <summary>A share as it is kept, in UTF-8; 1 is 100 %.</summary>
    public static decimal ShareOf(ReadOnlySpan<byte> kept) =>
        kept.IsEmpty || kept.SequenceEqual("1"u8) ? 1m : decimal.Parse(kept, CultureInfo.InvariantCulture);

    private static decimal ShareOf(string kept) =>
        kept is "" or "1" ? 1m : decimal.Parse(kept, CultureInfo.InvariantCulture);
}
