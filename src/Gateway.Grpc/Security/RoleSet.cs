using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Security;

/// <summary>Some roles, as bits: asked for with each call.</summary>
/// <param name="bits">One for each role, by its number.</param>
internal readonly struct RoleSet(uint bits)
{
    private const int Bits = 32;
    private readonly uint _bits = bits;

    /// <summary>These roles.</summary>
    public static RoleSet Of(IEnumerable<Role> roles) =>
        new(roles.Aggregate(0u, static (bits, role) => bits | Bit(role)));

    /// <summary>Whether a role is among them.</summary>
    public bool Has(Role role) => (_bits & Bit(role)) != 0;

    /// <summary>Those that are among others, too.</summary>
    public RoleSet And(RoleSet other) => new(_bits & other._bits);

    // A number that is no role's must not pass for another's.
    private static uint Bit(Role role) => (int)role is >= 0 and < Bits
        ? 1u << (int)role
        : throw new ArgumentOutOfRangeException(nameof(role), role, $"Roles have numbers below {Bits}.");
}
