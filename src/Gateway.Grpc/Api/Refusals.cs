using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Gateway.Grpc.Telemetry;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Gateway.Grpc.Api;

/// <summary>The one table from the closed set of refusals to statuses and reasons.</summary>
public static class Refusals
{
    private const string Domain = "commission";

    /// <summary>What a caller is told to wait where repeating the call may succeed.</summary>
    internal static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);

    private static readonly FrozenDictionary<RefusalReason, (RpcStatus Status, string Reason)> Table =
        new Dictionary<RefusalReason, (RpcStatus, string)>
        {
            [RefusalReason.InvalidField] = (RpcStatus.InvalidArgument, "INVALID_FIELD"),
            [RefusalReason.ShareTotal] = (RpcStatus.InvalidArgument, "SHARE_TOTAL"),
            [RefusalReason.UnknownRep] = (RpcStatus.NotFound, "UNKNOWN_REP"),
            [RefusalReason.UnknownPlan] = (RpcStatus.NotFound, "UNKNOWN_PLAN"),
            [RefusalReason.UnknownTerritory] = (RpcStatus.NotFound, "UNKNOWN_TERRITORY"),
            [RefusalReason.UnknownRate] = (RpcStatus.NotFound, "UNKNOWN_RATE"),
            [RefusalReason.UnknownDeal] = (RpcStatus.NotFound, "UNKNOWN_DEAL"),
            [RefusalReason.EventIdReused] = (RpcStatus.AlreadyExists, "EVENT_ID_REUSED"),
            [RefusalReason.PlanInvalid] = (RpcStatus.InvalidArgument, "PLAN_INVALID"),
            [RefusalReason.NoAssignment] = (RpcStatus.FailedPrecondition, "NO_ASSIGNMENT"),
            [RefusalReason.NotMeasured] = (RpcStatus.FailedPrecondition, "NOT_MEASURED"),
            [RefusalReason.ConcurrentChange] = (RpcStatus.Aborted, "CONCURRENT_CHANGE"),
            [RefusalReason.Overloaded] = (RpcStatus.ResourceExhausted, "OVERLOADED"),
            [RefusalReason.StoreUnavailable] = (RpcStatus.Unavailable, "STORE_UNAVAILABLE"),
            [RefusalReason.SiloUnavailable] = (RpcStatus.Unavailable, "SILO_UNAVAILABLE"),
            [RefusalReason.DamagedRecord] = (RpcStatus.DataLoss, "DAMAGED_RECORD"),
        }.ToFrozenDictionary();

    /// <summary>The status of a refusal.</summary>
    public static RpcStatus StatusOf(RefusalReason reason) => Table[reason].Status;

    /// <summary>The reason as clients see it: upper case, stable.</summary>
    public static string NameOf(RefusalReason reason) => Table[reason].Reason;

    /// <summary>The value, or its refusals as the error that ends the call.</summary>
    /// <exception cref="RpcError">There are refusals.</exception>
    public static T ValueOrThrow<T>(this Answer<T> answer)
        where T : class => answer.Value ?? throw ToError(answer.Refusals);

    /// <summary>Refusals as part of a stream that goes on.</summary>
    public static Refused ToRefused(ImmutableArray<Refusal> refusals)
    {
        GatewayMeters.Refused(NameOf(refusals[0].Reason));
        var refused = new Refused();
        refused.Violations.AddRange(refusals.Select(refusal => new Violation
        {
            Reason = NameOf(refusal.Reason),
            Field = refusal.Field,
            Message = refusal.Message,
        }));
        if (refusals.Any(refusal => IsTemporary(StatusOf(refusal.Reason))))
        {
            refused.RetryAfter = Duration.FromTimeSpan(RetryAfter);
        }

        return refused;
    }

    /// <summary>Refusals as the error that ends a call.</summary>
    /// <param name="refusals">At least one.</param>
    internal static RpcError ToError(ImmutableArray<Refusal> refusals)
    {
        var (status, reason) = Table[refusals[0].Reason];
        var message = refusals.Length == 1
            ? Describe(refusals[0])
            : $"{refusals.Length} things are wrong; the first: {Describe(refusals[0])}";
        var fields = refusals.Where(refusal => refusal.Field.Length > 0)
            .Select(refusal => (refusal.Field, refusal.Message))
            .ToList();
        var error = (fields.Count == 0 ? new RpcError(status, message) : WithFields(status, message, fields))
            .WithReason(reason, Domain, PlaceOf(refusals[0]));
        return IsTemporary(status)
            ? error.WithRetryAfter(RetryAfter)
            : error;
    }

    private static IEnumerable<(string Name, string Value)> PlaceOf(Refusal refusal) => refusal.Place is { } place
        ? [("table", place.Table), ("key", place.Key), ("number", place.Number.ToString(CultureInfo.InvariantCulture))]
        : [];

    private static bool IsTemporary(RpcStatus status) =>
        status is RpcStatus.ResourceExhausted or RpcStatus.Unavailable;

    private static string Describe(Refusal refusal) =>
        refusal.Field.Length == 0 ? refusal.Message : $"{refusal.Field}: {refusal.Message}";

    private static RpcError WithFields(RpcStatus status, string message, List<(string Field, string Message)> fields)
    {
        var details = RpcError.Invalid(message, fields).Details;
        return new RpcError(status, message, details);
    }
}
