namespace Commission.Cli;

/// <summary>What the process returns; part of the command line's interface.</summary>
public static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Ok = 0;

    /// <summary>The input has errors: refused rows, an invalid plan, figures other than expected.</summary>
    public const int Findings = 1;

    /// <summary>The command line is wrong, or a file that it names cannot be read.</summary>
    public const int Usage = 2;

    /// <summary>The server cannot be reached, or the connection broke.</summary>
    public const int Unreachable = 3;

    /// <summary>The server refused the call.</summary>
    public const int Refused = 4;

    /// <summary>Interrupted, as by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
